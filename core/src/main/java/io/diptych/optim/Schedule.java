package io.diptych.optim;

import io.diptych.nn.Stateful;
import io.diptych.tensor.Tensor;
import java.util.Map;

/** The learning rate of each step. */
@FunctionalInterface
public interface Schedule extends Stateful {
  /**
   * Returns the learning rate.
   *
   * @param step the step to be made, from 0
   */
  double at(long step);

  /**
   * Returns the momentum of a step.
   *
   * @param step the step to be made, from 0
   * @param base the momentum of the optimiser's settings
   */
  default double momentum(long step, double base) {
    return base;
  }

  /**
   * Tells that an epoch is over; a schedule that follows the loss changes by it.
   *
   * @param meanLoss mean loss of the epoch's steps
   */
  default void epochEnded(double meanLoss) {}

  /** Returns what a checkpoint must hold: nothing, where the step alone decides. */
  @Override
  default Map<String, Tensor> state() {
    return Map.of();
  }
}
