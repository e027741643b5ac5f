package io.diptych.view;

import io.diptych.option.About;
import io.diptych.option.Option;
import io.diptych.tensor.Tensor;

/**
 * Keeps the upper bits of the levels.
 *
 * @param p the probability
 * @param bits how many bits are kept
 */
@About("Keeps the upper bits of the levels.")
public record Posterize(
    @Option(value = "0.5", range = "[0, 1]", doc = "probability") double p,
    @Option(value = "4", range = "[0, 8]", doc = "how many bits of a level are kept") int bits)
    implements Augmentation {
  @Override
  public int draws() {
    return 1;
  }

  @Override
  public Images apply(Images images, Tensor draws) {
    Tensor table = Tables.posterize(Tensor.scalar(bits).reshape(1).to(images.device()));
    return Subset.withProbability(p, images, draws, (some, rows) -> Tables.apply(some, table));
  }
}
