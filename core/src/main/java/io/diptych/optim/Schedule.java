package io.diptych.optim;

/** The learning rate of each step. */
@FunctionalInterface
public interface Schedule {
  /**
   * Returns the learning rate.
   *
   * @param step the step to be made, from 0
   */
  double at(long step);
}
