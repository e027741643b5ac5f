package io.diptych.tensor;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * Operations on each element, with broadcasting: sizes are aligned from the last dimension and a
 * size of 1 stretches. A whole number keeps an integer tensor's type; a fraction makes it float32.
 */
sealed interface Elementwise permits Tensor {
  private org.bytedeco.pytorch.Tensor me() {
    return ((Tensor) this).handle();
  }

  /** Returns this + other. */
  default Tensor add(Tensor other) {
    return Native.call(
        "add", () -> me().add(other.handle()), notes -> notes.reads((Tensor) this, other));
  }

  /** Returns this + number. */
  default Tensor add(double number) {
    return Native.scalarCall("add", (Tensor) this, number, s -> me().add(s));
  }

  /** Returns this − other. */
  default Tensor sub(Tensor other) {
    return Native.call(
        "sub", () -> me().sub(other.handle()), notes -> notes.reads((Tensor) this, other));
  }

  /** Returns this − number. */
  default Tensor sub(double number) {
    return Native.scalarCall("sub", (Tensor) this, number, s -> me().sub(s));
  }

  /** Returns number − this. */
  default Tensor rsub(double number) {
    return Native.scalarCall("rsub", (Tensor) this, number, s -> torch.rsub(me(), s));
  }

  /** Returns this · other. */
  default Tensor mul(Tensor other) {
    return Native.call(
        "mul", () -> me().mul(other.handle()), notes -> notes.reads((Tensor) this, other));
  }

  /** Returns this · number. */
  default Tensor mul(double number) {
    return Native.scalarCall("mul", (Tensor) this, number, s -> me().mul(s));
  }

  /** Returns this / other. */
  default Tensor div(Tensor other) {
    return Native.call(
        "div", () -> me().div(other.handle()), notes -> notes.reads((Tensor) this, other));
  }

  /** Returns this / number. */
  default Tensor div(double number) {
    return Native.scalarCall("div", (Tensor) this, number, s -> me().div(s));
  }

  /** Returns this raised to a power. */
  default Tensor pow(double exponent) {
    return Native.scalarCall("pow", me(), exponent, s -> me().pow(s));
  }

  /** Returns this modulo a number, with the sign of the number. */
  default Tensor remainder(double number) {
    return Native.scalarCall("remainder", me(), number, s -> me().remainder(s));
  }

  /** Returns the larger of the two. */
  default Tensor maximum(Tensor other) {
    return Native.call("maximum", () -> me().maximum(other.handle()));
  }

  /** Returns the smaller of the two. */
  default Tensor minimum(Tensor other) {
    return Native.call("minimum", () -> me().minimum(other.handle()));
  }

  /** Returns the value moved into [low, high]; infinities leave a side open. */
  default Tensor clamp(double low, double high) {
    return Native.call(
        "clamp",
        () -> {
          try (Scalar least = Native.scalar(me(), low);
              Scalar most = Native.scalar(me(), high);
              ScalarOptional from =
                  low == Double.NEGATIVE_INFINITY
                      ? new ScalarOptional()
                      : new ScalarOptional(least);
              ScalarOptional to =
                  high == Double.POSITIVE_INFINITY
                      ? new ScalarOptional()
                      : new ScalarOptional(most)) {
            return me().clamp(from, to);
          }
        });
  }

  /** Returns e to this power. */
  default Tensor exp() {
    return Native.call("exp", () -> me().exp(), notes -> notes.reads((Tensor) this));
  }

  /** Returns the natural logarithm. */
  default Tensor log() {
    return Native.call("log", () -> me().log());
  }

  /** Returns the square root. */
  default Tensor sqrt() {
    return Native.call("sqrt", () -> me().sqrt(), notes -> notes.reads((Tensor) this));
  }

  /** Returns the square. */
  default Tensor square() {
    return Native.call("square", () -> me().square());
  }

  /** Returns 1 / this. */
  default Tensor reciprocal() {
    return Native.call("reciprocal", () -> me().reciprocal());
  }

  /** Returns −this. */
  default Tensor neg() {
    return Native.call("neg", () -> me().neg());
  }

  /** Returns the absolute value. */
  default Tensor abs() {
    return Native.call("abs", () -> me().abs());
  }

  /** Returns −1, 0 or 1. */
  default Tensor sign() {
    return Native.call("sign", () -> me().sign());
  }

  /** Returns the largest integer that is not above. */
  default Tensor floor() {
    return Native.call("floor", () -> me().floor());
  }

  /** Returns the nearest integer; halves go to the even one. */
  default Tensor round() {
    return Native.call("round", () -> me().round());
  }

  /** Returns the integer part. */
  default Tensor trunc() {
    return Native.call("trunc", () -> me().trunc());
  }

  /** Returns the sine of this angle in radians. */
  default Tensor sin() {
    return Native.call("sin", () -> me().sin());
  }

  /** Returns the cosine of this angle in radians. */
  default Tensor cos() {
    return Native.call("cos", () -> me().cos());
  }

  /** Returns the hyperbolic tangent. */
  default Tensor tanh() {
    return Native.call("tanh", () -> me().tanh(), notes -> notes.reads((Tensor) this));
  }

  /** Returns 1 / (1 + e^−this). */
  default Tensor sigmoid() {
    return Native.call("sigmoid", () -> me().sigmoid(), notes -> notes.reads((Tensor) this));
  }

  /** Returns max(this, 0). */
  default Tensor relu() {
    return Native.call("relu", () -> me().relu(), notes -> notes.reads((Tensor) this));
  }

  /** Sets negative values to 0 in place and returns this; must not be a leaf with gradient. */
  default Tensor relu_() {
    Tensor self = (Tensor) this;
    Native.run("relu_", self, () -> me().relu_(), notes -> notes.reads(self));
    return self;
  }

  /** Returns where this equals the number (bool). */
  default Tensor eq(double number) {
    return Native.scalarCall("eq", me(), number, s -> me().eq(s));
  }

  /** Returns where the two are equal (bool). */
  default Tensor eq(Tensor other) {
    return Native.call("eq", () -> me().eq(other.handle()));
  }

  /** Returns where this is below the number (bool). */
  default Tensor lt(double number) {
    return Native.scalarCall("lt", me(), number, s -> me().lt(s));
  }

  /** Returns where this is below the other (bool). */
  default Tensor lt(Tensor other) {
    return Native.call("lt", () -> me().lt(other.handle()));
  }

  /** Returns where this is at most the other (bool). */
  default Tensor le(Tensor other) {
    return Native.call("le", () -> me().le(other.handle()));
  }

  /** Returns where this is above the number (bool). */
  default Tensor gt(double number) {
    return Native.scalarCall("gt", me(), number, s -> me().gt(s));
  }

  /** Returns where this is at least the number (bool). */
  default Tensor ge(double number) {
    return Native.scalarCall("ge", me(), number, s -> me().ge(s));
  }

  /** Returns where this is at least the other (bool). */
  default Tensor ge(Tensor other) {
    return Native.call("ge", () -> me().ge(other.handle()));
  }

  /** Returns where both are true (bool), or the bits that both have (integers). */
  default Tensor and(Tensor other) {
    return Native.call("and", () -> me().bitwise_and(other.handle()));
  }

  /** Returns the bits that this and the mask have (integers). */
  default Tensor and(long mask) {
    return Native.scalarCall("and", mask, s -> me().bitwise_and(s));
  }

  /** Returns where either is true (bool), or the bits that either has (integers). */
  default Tensor or(Tensor other) {
    return Native.call("or", () -> me().bitwise_or(other.handle()));
  }

  /** Returns the bits that exactly one of the two has (integers). */
  default Tensor xor(Tensor other) {
    return Native.call("xor", () -> me().bitwise_xor(other.handle()));
  }

  /** Returns the opposite (bool) or the flipped bits (integers). */
  default Tensor not() {
    return Native.call("not", () -> me().bitwise_not());
  }

  /** Returns where the value is neither infinite nor NaN (bool). */
  default Tensor isFinite() {
    return Native.call("isFinite", () -> torch.isfinite(me()));
  }
}
