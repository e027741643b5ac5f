package io.diptych.view;

import io.diptych.option.About;
import io.diptych.option.Option;
import io.diptych.tensor.Tensor;

/**
 * Turns each level v into 255 − v.
 *
 * @param p the probability
 */
@About("Turns each level v into 255 - v.")
public record Invert(@Option(value = "0.5", range = "[0, 1]", doc = "probability") double p)
    implements Augmentation {
  @Override
  public int draws() {
    return 1;
  }

  @Override
  public Images apply(Images images, Tensor draws) {
    return Subset.withProbability(
        p, images, draws, (some, rows) -> Tables.apply(some, Tables.invert(some.device())));
  }
}
