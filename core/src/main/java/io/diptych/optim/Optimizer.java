package io.diptych.optim;

import io.diptych.nn.Stateful;

/** Changes parameters by their gradients. */
public interface Optimizer extends Stateful {
  /** Returns the weight decay of its settings. */
  double weightDecay();

  /** Returns the momentum of its settings, for Adam β₁; 0 if it has none. */
  double momentum();

  /**
   * Makes one step with the gradients collected by now, which it may change; parameters without a
   * gradient stay.
   *
   * @param learningRate at least 0; parameter groups may scale it
   * @param weightDecay of the parameters that decay; at least 0
   * @param momentum in [0, 1); counts only if the settings have a momentum
   */
  void step(double learningRate, double weightDecay, double momentum);

  /**
   * Makes one step with the momentum of the settings.
   *
   * @param learningRate at least 0; parameter groups may scale it
   * @param weightDecay of the parameters that decay; at least 0
   */
  default void step(double learningRate, double weightDecay) {
    step(learningRate, weightDecay, momentum());
  }

  /**
   * Makes one step with the weight decay and momentum of the settings.
   *
   * @param learningRate at least 0; parameter groups may scale it
   */
  default void step(double learningRate) {
    step(learningRate, weightDecay());
  }
}
