package io.diptych.optim;

import io.diptych.nn.Stateful;

/** Changes parameters by their gradients. */
public interface Optimizer extends Stateful {
  /**
   * Makes one step with the gradients collected by now; parameters without a gradient stay.
   *
   * @param learningRate at least 0; parameter groups may scale it
   */
  void step(double learningRate);
}
