package io.diptych.view;

import io.diptych.tensor.DType;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;

/**
 * Pillow's Gaussian blur: three averages over a box along the width, then three along the height,
 * each rounded to levels; pixels beyond the edge repeat it. The box has a fractional radius, so its
 * outermost two pixels count less.
 *
 * <p>As in {@link Resampling}, an average along an axis is a product with a matrix for each image.
 */
final class BoxBlur {
  private static final int PASSES = 3;

  /** Pillow's weights are whole multiples of 1 / ONE. */
  private static final double ONE = 1 << 24;

  private BoxBlur() {}

  /**
   * Returns the blurred images.
   *
   * @param columns float32 levels [B, W, C, H]
   * @param sigma the standard deviation in pixels, float32 [B]
   * @param largest no sigma is above this
   */
  static Tensor blur(Tensor columns, Tensor sigma, double largest) {
    long count = columns.size(0);
    long width = columns.size(1);
    long channels = columns.size(2);
    long height = columns.size(3);
    try (Scope scope = Scope.open()) {
      Tensor weights = weights(sigma, largest);
      Tensor across = matrices(weights, width);
      Tensor down = height == width ? across : matrices(weights, height);
      Tensor result = columns.reshape(count, width, channels * height);
      for (int pass = 0; pass < PASSES; pass++) {
        result = round(across.matmul(result));
      }
      result = result.reshape(count, width * channels, height);
      for (int pass = 0; pass < PASSES; pass++) {
        result = round(result.matmul(down.transpose(1, 2)));
      }
      return scope.escape(result.reshape(count, width, channels, height));
    }
  }

  private static Tensor round(Tensor values) {
    return values.add_(0.5).floor_();
  }

  /** Returns the weights of the pixels at distance 0, 1, …: float32 [B, distances]. */
  private static Tensor weights(Tensor sigma, double largest) {
    Tensor radius = radius(sigma.reshape(-1, 1));
    Tensor whole = radius.floor();
    Tensor inner = radius.mul(2).add(1).reciprocal().mul(ONE).floor();
    Tensor outer = whole.mul(2).add(1).mul(inner).rsub(ONE).mul(0.5).floor();

    long distances = distances(largest);
    Tensor distance = Tensor.arange(distances, sigma.device()).to(DType.FLOAT32);
    Tensor zero = Tensor.zeros(DType.FLOAT32, sigma.device());
    Tensor isInner = distance.le(whole);
    Tensor isOuter = distance.le(whole.add(1));
    return Tensor.where(isInner, inner, Tensor.where(isOuter, outer, zero)).mul(1 / ONE);
  }

  /** Returns the radius of the box, with Pillow's order of float32 operations. */
  private static Tensor radius(Tensor sigma) {
    Tensor variance = sigma.square().div(PASSES);
    Tensor length = variance.to(DType.FLOAT64).mul(12).add(1).sqrt().to(DType.FLOAT32);
    Tensor whole = length.sub(1).mul(0.5).floor();
    Tensor next = whole.add(1);
    Tensor above = whole.mul(next).sub(variance.mul(3)).mul(whole.mul(2).add(1));
    Tensor below = variance.sub(next.square()).mul(6);
    return whole.add(above.div(below));
  }

  /** Returns how many distances can have a weight: of the box's radius, rounded down, plus two. */
  private static long distances(double largest) {
    double length = Math.sqrt(12 * largest * largest / PASSES + 1);
    return (long) Math.floor((length - 1) / 2) + 3;
  }

  /**
   * Returns the matrices [B, size, size] that average along an axis: a sum over distances of a
   * weight times the matrix that adds the two pixels there.
   */
  private static Tensor matrices(Tensor weights, long axis) {
    int size = Math.toIntExact(axis);
    int distances = Math.toIntExact(weights.size(1));
    float[] basis = new float[distances * size * size];
    for (int distance = 0; distance < distances; distance++) {
      for (int row = 0; row < size; row++) {
        int start = (distance * size + row) * size;
        basis[start + Math.max(0, row - distance)] += 1;
        if (distance > 0) {
          basis[start + Math.min(size - 1, row + distance)] += 1;
        }
      }
    }
    return weights
        .matmul(Tensor.of(basis, distances, axis * axis).to(weights.device()))
        .reshape(-1, axis, axis);
  }
}
