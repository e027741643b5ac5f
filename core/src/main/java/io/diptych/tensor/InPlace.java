package io.diptych.tensor;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * Elementwise operations that write into this tensor and return it, so that long chains over one
 * memory stay in the cache.
 */
sealed interface InPlace permits Tensor {
  private org.bytedeco.pytorch.Tensor me() {
    return ((Tensor) this).handle();
  }

  /** Adds factor · other. */
  default Tensor add_(Tensor other, double factor) {
    Native.run(
        "add_",
        () -> {
          try (Scalar scalar = new Scalar(factor)) {
            me().add_(other.handle(), scalar);
          }
        });
    return (Tensor) this;
  }

  /** Adds the product of two tensors. */
  default Tensor addProduct_(Tensor first, Tensor second) {
    Native.run("addProduct_", () -> me().addcmul_(first.handle(), second.handle()));
    return (Tensor) this;
  }

  /** Adds the source at the indices along a dimension. */
  default Tensor scatterAdd_(long dimension, Tensor index, Tensor source) {
    Native.run("scatterAdd_", () -> me().scatter_add_(dimension, index.handle(), source.handle()));
    return (Tensor) this;
  }

  /** Becomes the sum of two tensors, of this one's shape. */
  default Tensor setSum_(Tensor first, Tensor second) {
    Native.run("setSum_", () -> torch.add_out(me(), first.handle(), second.handle()));
    return (Tensor) this;
  }

  /** Becomes the product of two tensors, of this one's shape. */
  default Tensor setProduct_(Tensor first, Tensor second) {
    Native.run("setProduct_", () -> torch.mul_out(me(), first.handle(), second.handle()));
    return (Tensor) this;
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
    Native.run("maximum_", () -> torch.maximum_out(me(), me(), other.handle()));
    return (Tensor) this;
  }

  /** Keeps the smaller of the two. */
  default Tensor minimum_(Tensor other) {
    Native.run("minimum_", () -> torch.minimum_out(me(), me(), other.handle()));
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
