package io.diptych.optim;

import io.diptych.nn.Stateful;

/** Changes parameters by their gradients. */
public interface Optimizer extends Stateful {
  /** Returns the weight decay of its settings. */
  double weightDecay();

  /**
   * Makes one step with the gradients collected by now, which it may change; parameters without a
   * gradient stay.
   *
   * @param learningRate at least 0; parameter groups may scale it
   * @param weightDecay of the parameters that decay; at least 0
   */
  void step(double learningRate, double weightDecay);

  /**
   * Makes one step with the weight decay of the settings.
   *
   * @param learningRate at least 0; parameter groups may scale it
   */
  default void step(double learningRate) {
    step(learningRate, weightDecay());
  }
}
