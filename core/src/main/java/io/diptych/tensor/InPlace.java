package io.diptych.tensor;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;

/**
 * Elementwise operations that write into this tensor and return it, so that long chains over one
 * memory stay in the cache.
 */
sealed interface InPlace permits Tensor {
  private org.bytedeco.pytorch.Tensor me() {
    return ((Tensor) this).handle();
  }

  /** Subtracts another tensor. */
  default Tensor sub_(Tensor other) {
    Native.run("sub_", () -> me().sub_(other.handle()));
    return (Tensor) this;
  }

  /** Multiplies by another tensor. */
  default Tensor mul_(Tensor other) {
    Native.run("mul_", () -> me().mul_(other.handle()));
    return (Tensor) this;
  }

  /** Divides by another tensor. */
  default Tensor div_(Tensor other) {
    Native.run("div_", () -> me().div_(other.handle()));
    return (Tensor) this;
  }

  /** Keeps the larger of the two. */
  default Tensor maximum_(Tensor other) {
    Native.run(
        "maximum_",
        () -> org.bytedeco.pytorch.global.torch.maximum_out(me(), me(), other.handle()));
    return (Tensor) this;
  }

  /** Keeps the smaller of the two. */
  default Tensor minimum_(Tensor other) {
    Native.run(
        "minimum_",
        () -> org.bytedeco.pytorch.global.torch.minimum_out(me(), me(), other.handle()));
    return (Tensor) this;
  }

  /** Keeps the absolute value. */
  default Tensor abs_() {
    Native.run("abs_", () -> me().abs_());
    return (Tensor) this;
  }

  /** Keeps the largest integer that is not above. */
  default Tensor floor_() {
    Native.run("floor_", () -> me().floor_());
    return (Tensor) this;
  }

  /** Moves the values into [low, high]. */
  default Tensor clamp_(double low, double high) {
    Native.run(
        "clamp_",
        () -> {
          try (Scalar least = Native.scalar(me(), low);
              Scalar most = Native.scalar(me(), high);
              ScalarOptional from = new ScalarOptional(least);
              ScalarOptional to = new ScalarOptional(most)) {
            me().clamp_(from, to);
          }
        });
    return (Tensor) this;
  }
}
