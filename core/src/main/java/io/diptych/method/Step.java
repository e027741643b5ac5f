package io.diptych.method;

/**
 * Where training is.
 *
 * @param number steps made before this one
 * @param total steps of the whole run
 * @param perEpoch steps of one epoch
 */
public record Step(long number, long total, long perEpoch) {
  /** Returns the epoch, from 0. */
  public int epoch() {
    return (int) (number / perEpoch);
  }

  /** Returns the position within the epoch, from 0. */
  public int inEpoch() {
    return (int) (number % perEpoch);
  }

  /** Returns whether this is the last step of its epoch. */
  public boolean endsEpoch() {
    return inEpoch() == perEpoch - 1;
  }

  /** Returns the step after this one. */
  public Step next() {
    return new Step(number + 1, total, perEpoch);
  }
}
