package io.diptych.view;

import io.diptych.option.About;
import io.diptych.option.Option;
import io.diptych.tensor.Tensor;

/**
 * Inverts the levels from a threshold on.
 *
 * @param p the probability
 * @param threshold the lowest level v that becomes 255 − v
 */
@About("Inverts the levels from a threshold on.")
public record Solarize(
    @Option(value = "0.2", range = "[0, 1]", doc = "probability") double p,
    @Option(value = "128", range = "[0, 256]", doc = "lowest level that is inverted") int threshold)
    implements Augmentation {
  @Override
  public int draws() {
    return 1;
  }

  @Override
  public Images apply(Images images, Tensor draws) {
    return Subset.withProbability(p, images, draws, (some, rows) -> solarize(some, threshold));
  }

  void apply(Raster image, Draws draws) {
    if (draws.happens(0, p)) {
      int[] table = new int[256];
      for (int level = 0; level < table.length; level++) {
        table[level] = level < threshold ? level : 255 - level;
      }
      image.lookUp(table);
    }
  }

  static Tensor solarize(Tensor levels, int threshold) {
    // Selecting by a mask takes several times longer than this arithmetic.
    Tensor inverted = levels.sub(threshold - 1).clamp_(0, 1);
    return levels.addProduct_(inverted, levels.mul(-2).add_(255));
  }
}
