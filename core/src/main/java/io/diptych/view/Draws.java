package io.diptych.view;

import io.diptych.tensor.Keyed;

/** The random numbers of one image for one augmentation, each computed when it is asked for. */
final class Draws {
  private final Keyed key;
  private final long index;
  private final int first;

  /**
   * Those of an image.
   *
   * @param first the slot of the augmentation's first number
   */
  Draws(Keyed key, long index, int first) {
    this.key = key;
    this.index = index;
    this.first = first;
  }

  /** Returns a number uniform in [0, 1). */
  float get(int slot) {
    return (float) key.uniform(index, first + slot);
  }

  /** Returns whether something of this probability happens. */
  boolean happens(int slot, double probability) {
    return get(slot) < (float) probability;
  }
}
