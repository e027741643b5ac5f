package io.diptych.view;

import io.diptych.option.About;
import io.diptych.option.Option;
import io.diptych.tensor.DType;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Tensor;
import java.util.List;

/**
 * Covers a rectangle with noise that is standard normal once it is normalised, so only {@code
 * normalize} may follow. Of ten tries at a rectangle the first that is smaller than the image
 * counts.
 *
 * @param p the probability
 * @param scale the smallest and largest share of the image's area
 * @param ratio the smallest and largest ratio of height to width, which is log-uniform
 * @param mean of the noise from 0 to 1, for each channel or one for all, as {@code normalize} has
 *     it
 * @param std of the noise, likewise
 */
@About(
    value = "Covers a rectangle with noise.",
    source = "Zhong, Zheng, Kang, Li and Yang, Random Erasing Data Augmentation, AAAI 2020")
public record RandomErasing(
    @Option(value = "0.25", range = "[0, 1]", doc = "probability") double p,
    @Option(
            value = "[0.02, 0.3333333333333333]",
            range = "(0, 1]",
            doc = "smallest and largest share of the image's area")
        List<Double> scale,
    @Option(
            value = "[0.3, 3.3333333333333335]",
            range = "(0, inf)",
            doc = "smallest and largest ratio of height to width")
        List<Double> ratio,
    @Option(
            value = "[0.485, 0.456, 0.406]",
            doc = "mean of the noise from 0 to 1, for each channel or one for all")
        List<Double> mean,
    @Option(
            value = "[0.229, 0.224, 0.225]",
            range = "[0, inf)",
            doc = "standard deviation of the noise, likewise")
        List<Double> std)
    implements Augmentation {
  private static final int TRIES = 10;
  private static final Keyed NOISE = Keyed.of(0).fold("erasing");
  private static final double STEPS = 1 << 24;

  /** Checks the options. */
  public RandomErasing {
    scale = List.copyOf(scale);
    ratio = List.copyOf(ratio);
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    Ranges.requireAscending("scale", scale);
    Ranges.requireAscending("ratio", ratio);
    Ranges.requireOneOrThree("mean", mean);
    Ranges.requireOneOrThree("std", std);
  }

  @Override
  public int draws() {
    return 2 * TRIES + 4;
  }

  @Override
  public boolean keepsLevels() {
    return false;
  }

  @Override
  public Images apply(Images images, Tensor draws) {
    Tensor chosen = draws.select(1, 2L * TRIES + 2).lt(p);
    return Subset.of(images, chosen, (some, rows) -> erase(some, rows.apply(draws)));
  }

  private Tensor erase(Tensor levels, Tensor draws) {
    Tensor covered = covered(draws, (int) levels.size(2), (int) levels.size(3)).unsqueeze(1);
    return Tensor.where(covered, noise(levels, draws.select(1, 2L * TRIES + 3)), levels);
  }

  /** Returns normal numbers of each image: functions of one of its draws and the pixel. */
  private Tensor noise(Tensor levels, Tensor draw) {
    int channels = (int) levels.size(1);
    long values = channels * levels.size(2) * levels.size(3);
    Tensor counters =
        draw.to(DType.FLOAT64)
            .mul(STEPS)
            .to(DType.INT64)
            .mul(STEPS)
            .unsqueeze(1)
            .add(Tensor.arange(values, levels.device()).unsqueeze(0));
    float[] scales = new float[channels];
    float[] offsets = new float[channels];
    for (int c = 0; c < channels; c++) {
      scales[c] = (float) (255 * std.get(Math.min(c, std.size() - 1)));
      offsets[c] = (float) (255 * mean.get(Math.min(c, mean.size() - 1)));
    }
    return NOISE
        .normal(counters.reshape(-1))
        .to(DType.FLOAT32)
        .reshape(levels.shape().sizes())
        .mul(Tensor.of(scales, 1, channels, 1, 1).to(levels.device()))
        .add(Tensor.of(offsets, 1, channels, 1, 1).to(levels.device()));
  }

  /** Returns which pixels are covered, bool [B, H, W]. */
  Tensor covered(Tensor draws, int height, int width) {
    Tensor uniform = draws.to(DType.FLOAT64);
    double area = (double) height * width;
    Tensor areas =
        uniform.narrow(1, 0, TRIES).mul(scale.get(1) - scale.get(0)).add(scale.get(0)).mul(area);
    double low = Math.log(ratio.get(0));
    double high = Math.log(ratio.get(1));
    Tensor ratios = uniform.narrow(1, TRIES, TRIES).mul(high - low).add(low).exp();
    Tensor heights = areas.mul(ratios).sqrt().round();
    Tensor widths = areas.div(ratios).sqrt().round();
    Tensor fits = heights.lt(height).and(widths.lt(width)).to(DType.FLOAT64);
    Tensor rank = Tensor.arange(TRIES, draws.device()).to(DType.FLOAT64).rsub(TRIES);
    Tensor best = fits.mul(rank).max(1, true).indices();
    // A rectangle without rows covers nothing, where no try fits.
    Tensor rows = heights.mul(fits).gather(1, best);
    Tensor columns = widths.gather(1, best);
    Tensor down = inside(rows, uniform.narrow(1, 2L * TRIES, 1), height).unsqueeze(2);
    Tensor across = inside(columns, uniform.narrow(1, 2L * TRIES + 1, 1), width).unsqueeze(1);
    return down.and(across);
  }

  private static Tensor inside(Tensor length, Tensor draw, int room) {
    Tensor first = length.rsub(room).add(1).mul(draw).floor();
    Tensor pixels = Tensor.arange(room, draw.device()).to(DType.FLOAT64).unsqueeze(0);
    return pixels.ge(first).and(pixels.lt(first.add(length)));
  }
}
