package io.diptych.view;

import io.diptych.option.About;
import io.diptych.option.Option;
import io.diptych.tensor.Tensor;

/**
 * Stretches the levels of each channel to the full range.
 *
 * @param p the probability
 */
@About("Stretches the levels of each channel to the full range.")
public record Autocontrast(@Option(value = "0.5", range = "[0, 1]", doc = "probability") double p)
    implements Augmentation {
  @Override
  public int draws() {
    return 1;
  }

  @Override
  public Images apply(Images images, Tensor draws) {
    return Subset.withProbability(
        p, images, draws, (some, rows) -> Tables.apply(some, Tables.autocontrast(some)));
  }
}
