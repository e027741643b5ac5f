package io.diptych.method;

import io.diptych.tensor.Keyed;
import io.diptych.tensor.Tensor;

/** What is added to the weights of a network for one step. */
@FunctionalInterface
interface WeightNoise {
  /** Least standard deviation, for tensors of zeros. */
  double FLOOR = 1e-7;

  /** Returns the noise of a parameter, of its shape. */
  Tensor of(String name, Tensor parameter, Step step);

  /**
   * Returns normal noise, a function of the seed, the step and the parameter's name.
   *
   * @param seed of the run
   * @param std standard deviation as a part of the parameter's mean absolute value
   */
  static WeightNoise gaussian(long seed, double std) {
    Keyed root = Keyed.of(seed).fold("weight noise");
    return (name, parameter, step) -> {
      Tensor scale = parameter.abs().mean().mul(std).clamp(FLOOR, Double.POSITIVE_INFINITY);
      return root.fold(step.number())
          .fold(name)
          .normal(Tensor.arange(parameter.numel(), parameter.device()))
          .to(parameter.dtype())
          .reshape(parameter.shape().sizes())
          .mul(scale);
    };
  }
}
