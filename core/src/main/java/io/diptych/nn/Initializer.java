package io.diptych.nn;

import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Shape;
import io.diptych.tensor.Tensor;

/** How a parameter starts: a function of its shape and its randomness. */
@FunctionalInterface
public interface Initializer {
  /** Returns float32 starting values of this shape. */
  Tensor fill(Shape shape, Keyed keyed);

  /** Returns the same value everywhere. */
  static Initializer constant(double value) {
    return (shape, keyed) -> Tensor.full(value, DType.FLOAT32, Device.CPU, shape.sizes());
  }

  /** Returns normal values with mean 0. */
  static Initializer normal(double std) {
    return (shape, keyed) -> gaussian(shape, keyed, std);
  }

  /** Returns values uniform in [−bound, bound]. */
  static Initializer uniform(double bound) {
    return (shape, keyed) ->
        keyed
            .uniform(Tensor.arange(shape.numel(), Device.CPU), 1)
            .mul(2 * bound)
            .sub(bound)
            .reshape(shape.sizes());
  }

  /**
   * Returns normal values with variance 2 / fan-out, which keeps the variance of gradients through
   * ReLUs (He et al., "Delving deep into rectifiers", ICCV 2015, section 2.2).
   */
  static Initializer heFanOut() {
    return (shape, keyed) ->
        gaussian(shape, keyed, Math.sqrt(2.0 / (shape.size(0) * kernel(shape))));
  }

  /** Returns normal values with variance 2 / fan-in, which keeps that of activations instead. */
  static Initializer heFanIn() {
    return (shape, keyed) -> gaussian(shape, keyed, Math.sqrt(2.0 / fanIn(shape)));
  }

  /**
   * Returns uniform values with variance 2 · gain² / (fan-in + fan-out) (Glorot and Bengio,
   * "Understanding the difficulty of training deep feedforward neural networks", AISTATS 2010).
   */
  static Initializer glorot(double gain) {
    return (shape, keyed) -> {
      double fans = fanIn(shape) + (double) shape.size(0) * kernel(shape);
      return uniform(gain * Math.sqrt(6 / fans)).fill(shape, keyed);
    };
  }

  /** Returns values uniform in ±1/√fan-in, what PyTorch gives linear and convolution layers. */
  static Initializer fanIn() {
    return (shape, keyed) -> uniform(1 / Math.sqrt(fanIn(shape))).fill(shape, keyed);
  }

  private static Tensor gaussian(Shape shape, Keyed keyed, double std) {
    return keyed
        .normal(Tensor.arange(shape.numel(), Device.CPU))
        .mul(std)
        .to(DType.FLOAT32)
        .reshape(shape.sizes());
  }

  private static double fanIn(Shape shape) {
    return (double) shape.size(1) * kernel(shape);
  }

  private static long kernel(Shape shape) {
    long area = 1;
    for (int d = 2; d < shape.rank(); d++) {
      area *= shape.size(d);
    }
    return area;
  }
}
