package io.diptych.view;

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
      Resampling.Boxes whole =
          new Resampling.Boxes(
              one(0, images),
              one(0, images),
              one(images.height(), images),
              one(images.width(), images));
      Images resized = Resampling.resize(images, whole, height, width, interpolation);
      scope.escape(resized.columns());
      return resized;
    }
  }

  private int length(int own, int other) {
    return side == Side.BOTH || own <= other ? size : (int) ((long) size * own / other);
  }

  private static Tensor one(int value, Images images) {
    return Tensor.full(value, DType.FLOAT64, images.device(), 1);
  }
}
