package io.diptych.view;

import io.diptych.option.About;
import io.diptych.option.Option;
import io.diptych.tensor.Tensor;
import java.util.List;

/**
 * Moves the image away from its smoothed version, or towards it.
 *
 * @param p the probability
 * @param factor the smallest and largest factor, uniform between: 0 gives the smoothed image, 1 the
 *     image as it is, more a sharper one
 */
@About("Sharpens the image or smooths it.")
public record Sharpness(
    @Option(value = "0.5", range = "[0, 1]", doc = "probability") double p,
    @Option(
            value = "[0.1, 1.9]",
            range = "[0, 16]",
            doc = "smallest and largest factor; 0 is smooth, 1 unchanged, more is sharper")
        List<Double> factor)
    implements Augmentation {
  /** Checks the range. */
  public Sharpness {
    factor = List.copyOf(factor);
    Ranges.requireAscending("factor", factor);
  }

  @Override
  public int draws() {
    return 2;
  }

  @Override
  public Images apply(Images images, Tensor draws) {
    double low = factor.get(0);
    double width = factor.get(1) - low;
    Tensor amount = draws.select(1, 1).mul(width).add(low);
    return Subset.withProbability(
        p, images, draws, (some, rows) -> Colour.sharpness(some, rows.apply(amount)));
  }
}
