package io.diptych.method;

/** How a loss term comes in over the first epochs. */
public enum RampUp {
  /** Nothing up to and including the last epoch of the ramp, then all of it. */
  BINARY,
  /** exp(−w·(1 − t)²) with a steepness w and t from 0 to 1 over the ramp. */
  GAUSSIAN,
  /** All of it from epoch 0. */
  ZERO;

  /**
   * Returns the part of the term that counts.
   *
   * @param epoch from 0
   * @param length epochs of the ramp
   * @param steepness of the Gaussian one
   * @return from 0 to 1
   */
  double at(int epoch, int length, double steepness) {
    return switch (this) {
      case BINARY -> epoch > length ? 1 : 0;
      case GAUSSIAN -> {
        double left = Math.max(1 - (double) epoch / length, 0);
        yield Math.exp(-steepness * left * left);
      }
      case ZERO -> 1;
    };
  }
}
