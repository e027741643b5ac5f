package io.diptych.view;

import io.diptych.option.About;
import io.diptych.option.Option;
import io.diptych.tensor.Tensor;

/**
 * Mirrors the image left to right.
 *
 * @param p the probability
 */
@About("Mirrors the image left to right.")
public record HorizontalFlip(@Option(value = "0.5", range = "[0, 1]", doc = "probability") double p)
    implements Augmentation {
  @Override
  public int draws() {
    return 1;
  }

  @Override
  public Images apply(Images images, Tensor draws) {
    return Subset.of(images, mirrored(draws), (some, rows) -> some.flip(3));
  }

  /** Returns which images are mirrored, bool [B]. */
  Tensor mirrored(Tensor draws) {
    return draws.select(1, 0).lt(p);
  }
}
