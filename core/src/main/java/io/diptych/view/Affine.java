package io.diptych.view;

import io.diptych.option.About;
import io.diptych.option.Option;
import io.diptych.option.OptionException;
import io.diptych.tensor.DType;
import io.diptych.tensor.Tensor;
import java.util.List;

/**
 * Turns, moves, scales and shears the image around its middle, each by a random amount.
 *
 * @param p the probability
 * @param degrees the largest angle to either side
 * @param translate the largest share of width and height that the image is moved by, to either
 *     side; whole pixels
 * @param scale the smallest and largest factor
 * @param shear the largest angles, along the width and along the height, to either side
 * @param sampling how values are taken between pixels
 * @param fill the level of what comes into view
 */
@About("Turns, moves, scales and shears the image around its middle.")
public record Affine(
    @Option(value = "0.5", range = "[0, 1]", doc = "probability") double p,
    @Option(value = "0", range = "[0, 360]", doc = "largest angle in degrees, to either side")
        double degrees,
    @Option(
            value = "[0, 0]",
            range = "[0, 1]",
            doc = "largest share of width and of height to move by, to either side")
        List<Double> translate,
    @Option(value = "[1, 1]", range = "(0, 16]", doc = "smallest and largest factor of size")
        List<Double> scale,
    @Option(
            value = "[0, 0]",
            range = "[0, 85]",
            doc = "largest shear along width and along height in degrees, to either side")
        List<Double> shear,
    @Option(value = "nearest", doc = "how values are taken between pixels") Sampling sampling,
    @Option(value = "0", range = "[0, 255]", doc = "level of what comes into view") int fill)
    implements Augmentation {
  /** Checks the options. */
  public Affine {
    translate = List.copyOf(translate);
    scale = List.copyOf(scale);
    shear = List.copyOf(shear);
    Ranges.requireAscending("scale", scale);
    requireTwo("translate", translate);
    requireTwo("shear", shear);
  }

  private static void requireTwo(String key, List<Double> values) {
    if (values.size() != 2) {
      throw new OptionException(
          key, "must be two numbers, for width and for height, was " + values);
    }
  }

  @Override
  public int draws() {
    return 7;
  }

  @Override
  public Images apply(Images images, Tensor draws) {
    Tensor maps = maps(draws.to(DType.FLOAT64), images.height(), images.width());
    return Subset.withProbability(
        p,
        images,
        draws,
        (some, rows) -> Warp.apply(some, rows.apply(maps), sampling, List.of(fill)));
  }

  /** Returns the maps from results to originals. */
  private Tensor maps(Tensor draws, int height, int width) {
    Tensor turn = either(draws, 1, Math.toRadians(degrees));
    Tensor right = either(draws, 2, translate.get(0) * width).round();
    Tensor down = either(draws, 3, translate.get(1) * height).round();
    Tensor size = draws.select(1, 4).mul(scale.get(1) - scale.get(0)).add(scale.get(0));
    Tensor shearX = either(draws, 5, Math.toRadians(shear.get(0)));
    Tensor shearY = either(draws, 6, Math.toRadians(shear.get(1)));
    // The image is sheared along its height, then its width, then turned, then scaled.
    Tensor slope = shearX.sin().div(shearX.cos());
    Tensor cos = turn.sub(shearY).cos().div(shearY.cos());
    Tensor sin = turn.sub(shearY).sin().div(shearY.cos());
    Tensor a = sin.mul(slope).neg().add(turn.cos()).div(size);
    Tensor b = cos.mul(slope).add(turn.sin()).div(size);
    Tensor d = sin.neg().div(size);
    Tensor e = cos.div(size);
    Tensor x = right.add(width / 2.0);
    Tensor y = down.add(height / 2.0);
    Tensor c = a.mul(x).add(b.mul(y)).rsub(width / 2.0);
    Tensor f = d.mul(x).add(e.mul(y)).rsub(height / 2.0);
    return Warp.maps(a, b, c, d, e, f);
  }

  private static Tensor either(Tensor draws, int slot, double largest) {
    return draws.select(1, slot).mul(2).sub(1).mul(largest);
  }
}
