package io.diptych.tensor;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.global.torch;

/** Operations that rearrange, cut, stretch or multiply whole tensors. */
sealed interface Shaping permits Tensor {
  private org.bytedeco.pytorch.Tensor me() {
    return ((Tensor) this).handle();
  }

  /** Returns the same values in another shape; one size may be −1 and follows from the rest. */
  default Tensor reshape(long... shape) {
    return Native.call("reshape", () -> me().reshape(shape), notes -> notes.reads((Tensor) this));
  }

  /** Returns the dimensions from {@code start} on as one. */
  default Tensor flatten(long start) {
    return Native.call(
        "flatten", () -> me().flatten(start, -1), notes -> notes.reads((Tensor) this));
  }

  /** Returns the dimensions from {@code start} to {@code end}, both included, as one. */
  default Tensor flatten(long start, long end) {
    return Native.call(
        "flatten", () -> me().flatten(start, end), notes -> notes.reads((Tensor) this));
  }

  /** Returns one dimension as several of these sizes. */
  default Tensor unflatten(long dimension, long... sizes) {
    return Native.call(
        "unflatten", () -> me().unflatten(dimension, sizes), notes -> notes.reads((Tensor) this));
  }

  /** Returns the dimensions in another order. */
  default Tensor permute(long... order) {
    return Native.call(
        "permute",
        () -> me().permute(order),
        notes -> notes.reads((Tensor) this).with("order", order));
  }

  /** Returns the two dimensions swapped. */
  default Tensor transpose(long first, long second) {
    return Native.call(
        "transpose",
        () -> me().transpose(first, second),
        notes -> notes.reads((Tensor) this).with("first", first).with("second", second));
  }

  /** Returns the transposed matrix. */
  default Tensor t() {
    return Native.call("t", () -> me().t(), notes -> notes.reads((Tensor) this));
  }

  /** Inserts a dimension of size 1. */
  default Tensor unsqueeze(long dimension) {
    return Native.call(
        "unsqueeze",
        () -> me().unsqueeze(dimension),
        notes -> notes.reads((Tensor) this).with("dimension", dimension));
  }

  /** Removes a dimension if its size is 1. */
  default Tensor squeeze(long dimension) {
    return Native.call(
        "squeeze", () -> me().squeeze(dimension), notes -> notes.reads((Tensor) this));
  }

  /** Stretches dimensions of size 1 without copying; −1 leaves one as it is. */
  default Tensor expand(long... shape) {
    return Native.call(
        "expand", () -> me().expand(shape, false), notes -> notes.reads((Tensor) this));
  }

  /** Repeats the whole tensor this many times along each dimension. */
  default Tensor repeat(long... times) {
    return Native.call("repeat", () -> me().repeat(times));
  }

  /** Returns the order reversed along these dimensions. */
  default Tensor flip(long... dimensions) {
    return Native.call("flip", () -> me().flip(dimensions));
  }

  /** Returns the part of {@code length} from {@code start} along a dimension; shares memory. */
  default Tensor narrow(long dimension, long start, long length) {
    return Native.call(
        "narrow",
        () -> me().narrow(dimension, start, length),
        notes ->
            notes
                .reads((Tensor) this)
                .with("dimension", dimension)
                .with("start", start)
                .with("length", length));
  }

  /** Returns the slice at one position of a dimension, which disappears; shares memory. */
  default Tensor select(long dimension, long position) {
    return Native.call(
        "select",
        () -> me().select(dimension, position),
        notes ->
            notes.reads((Tensor) this).with("dimension", dimension).with("position", position));
  }

  /** Adds a border: sizes from the last dimension on, before and after (left, right, top, …). */
  default Tensor pad(double value, long... sizes) {
    return Native.call(
        "pad",
        () -> {
          try (Scalar scalar = new Scalar(value)) {
            return torch.constant_pad_nd(me(), sizes, scalar);
          }
        },
        notes -> notes.reads((Tensor) this).with("sizes", sizes).with("value", value));
  }

  /** Returns the diagonal of a matrix; shares memory. */
  default Tensor diagonal() {
    return Native.call("diagonal", () -> me().diagonal());
  }

  /** Returns the matrix product; leading dimensions are batches and broadcast. */
  default Tensor matmul(Tensor other) {
    return Native.call(
        "matmul", () -> me().matmul(other.handle()), notes -> notes.reads((Tensor) this, other));
  }
}
