package io.diptych.view;

import io.diptych.option.About;
import io.diptych.option.Option;
import io.diptych.tensor.DType;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes a random rectangle of the image and resizes it to a square.
 *
 * <p>The rectangle's area is a uniform share of the image's, its ratio of width to height
 * log-uniform, and its place uniform. Of ten tries the first that fits into the image counts; if
 * none does, the largest central rectangle whose ratio is allowed.
 *
 * @param size the side of the result in pixels
 * @param scale the smallest and largest share of the area, in (0, 1]
 * @param ratio the smallest and largest ratio of width to height, above 0
 * @param interpolation how values are interpolated
 */
@About("Takes a random rectangle of the image and resizes it to a square.")
public record RandomResizedCrop(
    @Option(range = "[1, 4096]", doc = "side of the result in pixels") int size,
    @Option(
            value = "[0.08, 1.0]",
            range = "(0, 1]",
            doc = "smallest and largest share of the image's area")
        List<Double> scale,
    @Option(
            value = "[0.75, 1.3333333333333333]",
            range = "(0, inf)",
            doc = "smallest and largest ratio of width to height")
        List<Double> ratio,
    @Option(value = "bilinear", doc = "how values are interpolated") Interpolation interpolation)
    implements Augmentation {
  private static final int TRIES = 10;

  /** Checks the options. */
  public RandomResizedCrop {
    scale = List.copyOf(scale);
    ratio = List.copyOf(ratio);
    Ranges.requireAscending("scale", scale);
    Ranges.requireAscending("ratio", ratio);
  }

  @Override
  public int draws() {
    return 2 * TRIES + 2;
  }

  @Override
  public Images apply(Images images, Tensor draws) {
    return apply(images, draws, null);
  }

  /**
   * Crops, and mirrors some of the results, at no cost beyond that of the crop.
   *
   * @param mirrored which images to mirror left to right, bool [B], or null for none
   */
  Images apply(Images images, Tensor draws, @Nullable Tensor mirrored) {
    try (Scope scope = Scope.open()) {
      Boxes boxes = boxes(draws, images.height(), images.width());
      Taps.Intervals down = new Taps.Intervals(boxes.top, boxes.height, null);
      Taps.Intervals across = new Taps.Intervals(boxes.left, boxes.width, mirrored);
      Images resized = Resampling.resize(images, down, across, size, size, interpolation);
      scope.escape(resized.levels());
      return resized;
    }
  }

  /** A rectangle of each image; each tensor is int64 [B]. */
  record Boxes(Tensor top, Tensor left, Tensor height, Tensor width) {}

  /** Returns the rectangles in images of this size. */
  Boxes boxes(Tensor draws, int imageHeight, int imageWidth) {
    Tensor uniform = draws.to(DType.FLOAT64);
    double area = (double) imageHeight * imageWidth;
    Tensor areas = spread(uniform.narrow(1, 0, TRIES), scale.get(0), scale.get(1)).mul(area);
    Tensor ratios =
        spread(uniform.narrow(1, TRIES, TRIES), Math.log(ratio.get(0)), Math.log(ratio.get(1)))
            .exp();
    Tensor widths = areas.mul(ratios).sqrt().round();
    Tensor heights = areas.div(ratios).sqrt().round();
    Tensor fits = inside(widths, imageWidth).and(inside(heights, imageHeight)).to(DType.FLOAT64);

    // The earliest try that fits has the highest score, the fallback beside them the lowest.
    Tensor rank = Tensor.arange(TRIES, draws.device()).to(DType.FLOAT64).rsub(TRIES);
    Tensor best = fits.mul(rank).max(1, true).indices();
    Tensor none = fits.sumKeep(1).eq(0);
    double[] central = central(imageHeight, imageWidth);
    Tensor height = orElse(none, central[0], heights.gather(1, best));
    Tensor width = orElse(none, central[1], widths.gather(1, best));

    Tensor middle = Tensor.full(0.5, DType.FLOAT64, draws.device(), 1, 1);
    Tensor down = Tensor.where(none, middle, uniform.narrow(1, 2L * TRIES, 1));
    Tensor across = Tensor.where(none, middle, uniform.narrow(1, 2L * TRIES + 1, 1));
    // A centred place is ⌊room / 2⌋, a drawn one any of 0 … room with equal chance.
    Tensor choices = none.not().to(DType.FLOAT64);
    Tensor top = height.rsub(imageHeight).add(choices).mul(down).floor();
    Tensor left = width.rsub(imageWidth).add(choices).mul(across).floor();
    return new Boxes(whole(top), whole(left), whole(height), whole(width));
  }

  /**
   * Returns the rectangle of one image of any size: that of {@link #boxes} for the same numbers.
   *
   * @param draws numbers of the image
   */
  Box box(Draws draws, int imageHeight, int imageWidth) {
    double area = (double) imageHeight * imageWidth;
    double low = Math.log(ratio.get(0));
    double high = Math.log(ratio.get(1));
    for (int i = 0; i < TRIES; i++) {
      double share = draws.get(i) * (scale.get(1) - scale.get(0)) + scale.get(0);
      double shape = Math.exp(draws.get(TRIES + i) * (high - low) + low);
      double width = Math.rint(Math.sqrt(share * area * shape));
      double height = Math.rint(Math.sqrt(share * area / shape));
      if (width > 0 && width <= imageWidth && height > 0 && height <= imageHeight) {
        double top = Math.floor((imageHeight - height + 1) * draws.get(2 * TRIES));
        double left = Math.floor((imageWidth - width + 1) * draws.get(2 * TRIES + 1));
        return new Box((int) top, (int) left, (int) height, (int) width);
      }
    }
    double[] central = central(imageHeight, imageWidth);
    int height = (int) central[0];
    int width = (int) central[1];
    return new Box((imageHeight - height) / 2, (imageWidth - width) / 2, height, width);
  }

  /** Returns height and width of the rectangle for images that no try fits into. */
  private double[] central(int imageHeight, int imageWidth) {
    double shape = (double) imageWidth / imageHeight;
    if (shape < ratio.get(0)) {
      return new double[] {Math.max(1, Math.rint(imageWidth / ratio.get(0))), imageWidth};
    }
    if (shape > ratio.get(1)) {
      return new double[] {imageHeight, Math.max(1, Math.rint(imageHeight * ratio.get(1)))};
    }
    return new double[] {imageHeight, imageWidth};
  }

  private static Tensor whole(Tensor value) {
    return value.to(DType.INT64).flatten(0);
  }

  private static Tensor spread(Tensor uniform, double low, double high) {
    return uniform.mul(high - low).add(low);
  }

  private static Tensor inside(Tensor sizes, int limit) {
    return sizes.gt(0).and(sizes.gt(limit).not());
  }

  private static Tensor orElse(Tensor mask, double value, Tensor otherwise) {
    return Tensor.where(
        mask, Tensor.full(value, DType.FLOAT64, otherwise.device(), 1, 1), otherwise);
  }
}
