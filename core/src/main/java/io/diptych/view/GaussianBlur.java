package io.diptych.view;

import io.diptych.option.About;
import io.diptych.option.Option;
import io.diptych.tensor.Tensor;
import java.util.List;

/**
 * Blurs the image by a random amount.
 *
 * @param p the probability
 * @param sigma the smallest and largest standard deviation in pixels; uniform between
 */
@About("Blurs the image by a random amount.")
public record GaussianBlur(
    @Option(value = "0.5", range = "[0, 1]", doc = "probability") double p,
    @Option(
            value = "[0.1, 2.0]",
            range = "[0, 64]",
            doc = "smallest and largest standard deviation in pixels")
        List<Double> sigma)
    implements Augmentation {
  /** Checks the range. */
  public GaussianBlur {
    sigma = List.copyOf(sigma);
    Ranges.requireAscending("sigma", sigma);
  }

  @Override
  public int draws() {
    return 2;
  }

  @Override
  public Images apply(Images images, Tensor draws) {
    double low = sigma.get(0);
    double high = sigma.get(1);
    Tensor amount = draws.select(1, 1).mul(high - low).add(low);
    return Subset.withProbability(
        p, images, draws, (some, rows) -> BoxBlur.blur(some, rows.apply(amount), high));
  }

  void apply(Raster image, Draws draws) {
    if (draws.happens(0, p)) {
      float low = sigma.get(0).floatValue();
      float width = (float) (sigma.get(1) - sigma.get(0));
      RasterBlur.blur(image, draws.get(1) * width + low);
    }
  }
}
