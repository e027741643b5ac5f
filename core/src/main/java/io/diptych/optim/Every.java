package io.diptych.optim;

/** How often a rate changes. */
public enum Every {
  /** With each step. */
  STEP,
  /** With each epoch; it stays within one. */
  EPOCH;

  /** Returns the steps between two changes. */
  long steps(long perEpoch) {
    return this == STEP ? 1 : perEpoch;
  }

  /** Returns the step of the last change up to this one. */
  long start(long step, long perEpoch) {
    return this == STEP ? step : step / perEpoch * perEpoch;
  }
}
