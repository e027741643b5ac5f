package io.diptych.view;

import io.diptych.option.About;
import io.diptych.option.Option;
import io.diptych.tensor.DType;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;

/**
 * Resizes the whole image.
 *
 * @param size the side of the result in pixels
 * @param side which side that is
 * @param interpolation how values are interpolated
 */
@About("Resizes the whole image.")
public record Resize(
    @Option(range = "[1, 4096]", doc = "side of the result in pixels") int size,
    @Option(value = "shorter", doc = "which side that is; shorter keeps the shape") Side side,
    @Option(value = "bilinear", doc = "how values are interpolated") Interpolation interpolation)
    implements Augmentation {
  /** Which side of the result has the size. */
  public enum Side {
    /** The shorter one; the other follows from the shape of the image, rounded down. */
    SHORTER,
    /** Both, whatever the shape of the image. */
    BOTH
  }

  @Override
  public int draws() {
    return 0;
  }

  @Override
  public Images apply(Images images, Tensor draws) {
    int height = length(images.height(), images.width());
    int width = length(images.width(), images.height());
    if (height == images.height() && width == images.width()) {
      return images;
    }
    try (Scope scope = Scope.open()) {
      Images resized =
          Resampling.resize(
              images,
              whole(images.height(), images),
              whole(images.width(), images),
              height,
              width,
              interpolation);
      scope.escape(resized.levels());
      return resized;
    }
  }

  /** Returns the frame that resizes an image of this size. */
  Frame frame(int height, int width) {
    return Frame.resizing(
        Box.whole(height, width),
        length(height, width),
        length(width, height),
        false,
        interpolation);
  }

  private int length(int own, int other) {
    return side == Side.BOTH || own <= other ? size : (int) ((long) size * own / other);
  }

  private static Taps.Intervals whole(int length, Images images) {
    return new Taps.Intervals(
        Tensor.zeros(DType.INT64, images.device(), 1),
        Tensor.full(length, DType.INT64, images.device(), 1),
        null);
  }
}
