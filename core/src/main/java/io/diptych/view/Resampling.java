package io.diptych.view;

import io.diptych.tensor.DType;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;

/**
 * Resizes a rectangle of each image, as Pillow does: first along the width, then along the height,
 * with rounding to levels after each; where the image shrinks, the filter is widened by the factor,
 * so that every pixel counts.
 *
 * <p>Along one axis, resizing is a product with a matrix that has a few weights in each row. A
 * dense product of these sizes costs less than gathering the values.
 */
final class Resampling {
  /** Pillow's weights are whole multiples of this. */
  private static final double UNIT = 1.0 / (1 << 22);

  private Resampling() {}

  /**
   * A rectangle of each image; each tensor is float64 [B] with whole numbers.
   *
   * @param top the first row
   * @param left the first column
   * @param height the number of rows
   * @param width the number of columns
   */
  record Boxes(Tensor top, Tensor left, Tensor height, Tensor width) {}

  /** Returns the rectangles resized to one size. */
  static Images resize(
      Images images, Boxes boxes, int height, int width, Interpolation interpolation) {
    try (Scope scope = Scope.open()) {
      long count = images.count();
      long channels = images.channels();
      Tensor across = weights(boxes.left(), boxes.width(), images.width(), width, interpolation);
      Tensor down = weights(boxes.top(), boxes.height(), images.height(), height, interpolation);
      Tensor columns = images.columns().reshape(count, images.width(), channels * images.height());
      Tensor wide = round(across.matmul(columns), interpolation);
      Tensor result =
          wide.reshape(count, width * channels, images.height()).matmul(down.transpose(1, 2));
      return Images.ofColumns(
          scope.escape(round(result, interpolation).reshape(count, width, channels, height)));
    }
  }

  private static Tensor round(Tensor values, Interpolation interpolation) {
    values.add_(0.5).floor_();
    // Only a filter with negative lobes leaves the range of its input.
    return interpolation == Interpolation.BILINEAR ? values : values.clamp_(0, 255);
  }

  /**
   * Returns the matrices [B, to, from] that resize an interval of an axis.
   *
   * @param start where the interval begins, float64 [B]
   * @param length its length, float64 [B]
   * @param from the length of the axis
   * @param to the length of the result
   */
  static Tensor weights(
      Tensor start, Tensor length, int from, int to, Interpolation interpolation) {
    int taps = (int) Math.ceil(2.0 * interpolation.support() * Math.max(1.0, (double) from / to));
    try (Scope scope = Scope.open()) {
      Tensor origin = start.reshape(-1, 1, 1);
      Tensor extent = length.reshape(-1, 1, 1);
      Tensor scale = extent.div(to);
      Tensor widening = scale.clamp(1, Double.POSITIVE_INFINITY);
      Tensor support = widening.mul(interpolation.support());
      Tensor center = whole(to, start).add(0.5).reshape(1, -1, 1).mul(scale);
      Tensor first = center.sub(support).add(0.5).floor().clamp(0, Double.POSITIVE_INFINITY);
      Tensor end = center.add(support).add(0.5).floor().minimum(extent);
      Tensor tap = first.add(whole(taps, start));
      Tensor weight = interpolation.weight(tap.sub(center).add(0.5).div(widening));
      weight = weight.mul(tap.lt(end).to(DType.FLOAT64));
      weight = weight.div(weight.sumKeep(2)).div(UNIT).round().mul(UNIT).to(DType.FLOAT32);
      Tensor position = tap.add(origin).clamp(0, from - 1).to(DType.INT64);
      Tensor none = Tensor.zeros(DType.FLOAT32, start.device(), position.size(0), to, from);
      return scope.escape(none.scatterAdd(2, position, weight));
    }
  }

  private static Tensor whole(int end, Tensor like) {
    return Tensor.arange(end, like.device()).to(DType.FLOAT64);
  }
}
