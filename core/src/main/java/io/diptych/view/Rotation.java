package io.diptych.view;

import io.diptych.option.About;
import io.diptych.option.Option;
import io.diptych.tensor.Tensor;
import java.util.List;

/**
 * Turns the image around its middle.
 *
 * @param p the probability
 * @param degrees the smallest and largest angle against the clock; uniform between
 * @param sampling how values are taken between pixels
 * @param fill the level of what comes into view
 */
@About("Turns the image around its middle.")
public record Rotation(
    @Option(value = "0.5", range = "[0, 1]", doc = "probability") double p,
    @Option(
            value = "[-30, 30]",
            range = "[-360, 360]",
            doc = "smallest and largest angle in degrees, against the clock")
        List<Double> degrees,
    @Option(value = "nearest", doc = "how values are taken between pixels") Sampling sampling,
    @Option(value = "0", range = "[0, 255]", doc = "level of what comes into view") int fill)
    implements Augmentation {
  /** Checks the range. */
  public Rotation {
    degrees = List.copyOf(degrees);
    Ranges.requireAscending("degrees", degrees);
  }

  @Override
  public int draws() {
    return 2;
  }

  @Override
  public Images apply(Images images, Tensor draws) {
    double low = degrees.get(0);
    double width = degrees.get(1) - low;
    Tensor angle = draws.select(1, 1).mul(width).add(low);
    Tensor maps = Warp.rotation(angle, images.height(), images.width());
    return Subset.withProbability(
        p,
        images,
        draws,
        (some, rows) -> Warp.apply(some, rows.apply(maps), sampling, List.of(fill)));
  }
}
