package io.diptych.view;

import io.diptych.tensor.DType;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;

/**
 * Resizes a rectangle of each image, as Pillow does: first along the width, then along the height,
 * with rounding to levels after each.
 *
 * <p>Along one axis, resizing is a product with a matrix that has a few weights in each row; a
 * dense product of these sizes costs less than gathering the values. Weights are whole multiples of
 * 2⁻²², so in float64 the sums are exact and come out the same on every device.
 */
final class Resampling {
  private Resampling() {}

  /**
   * Returns the rectangles resized to one size.
   *
   * @param down the rows of each image's rectangle
   * @param across its columns
   */
  static Images resize(
      Images images,
      Taps.Intervals down,
      Taps.Intervals across,
      int height,
      int width,
      Interpolation interpolation) {
    try (Scope scope = Scope.open()) {
      long count = images.count();
      long channels = images.channels();
      Tensor columns = Taps.of(images.width(), width, interpolation).fromRight(across);
      Tensor rows = Taps.of(images.height(), height, interpolation).fromLeft(down);
      // With the rows outermost, both products are one per image.
      Tensor wide =
          Tensor.empty(
                  DType.FLOAT64, images.device(), count, images.height(), channels, images.width())
              .copy_(images.levels().permute(0, 2, 1, 3))
              .reshape(count, images.height() * channels, images.width())
              .matmul(columns);
      round(wide, interpolation);
      Tensor tall = rows.matmul(wide.reshape(count, images.height(), channels * width));
      Tensor result =
          Tensor.empty(DType.FLOAT32, images.device(), count, channels, height, width)
              .copy_(
                  round(tall, interpolation)
                      .reshape(count, height, channels, width)
                      .permute(0, 2, 1, 3));
      return Images.holding(scope.escape(result));
    }
  }

  private static Tensor round(Tensor values, Interpolation interpolation) {
    values.add_(Constant.of(0.5)).floor_();
    // Only a filter with negative lobes leaves the range of its input.
    return interpolation == Interpolation.BILINEAR ? values : values.clamp_(0, 255);
  }
}
