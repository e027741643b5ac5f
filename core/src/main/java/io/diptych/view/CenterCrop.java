package io.diptych.view;

import io.diptych.option.About;
import io.diptych.option.Option;
import io.diptych.tensor.Tensor;

/**
 * Cuts a square out of the middle of the image.
 *
 * @param size the side of the square in pixels
 */
@About("Cuts a square out of the middle of the image.")
public record CenterCrop(
    @Option(range = "[1, 4096]", doc = "side of the square in pixels") int size)
    implements Augmentation {
  @Override
  public int draws() {
    return 0;
  }

  @Override
  public Images apply(Images images, Tensor draws) {
    Box middle = box(images.height(), images.width());
    Tensor rows = images.levels().narrow(2, middle.top(), size);
    return Images.holding(rows.narrow(3, middle.left(), size).contiguous());
  }

  /** Returns the square in an image of this size. */
  Box box(int height, int width) {
    if (height < size || width < size) {
      throw new IllegalArgumentException(
          "center_crop.size: "
              + size
              + " does not fit into images of "
              + width
              + " x "
              + height
              + " pixels; resize them first");
    }
    return new Box(start(height), start(width), size, size);
  }

  /** Half of what is cut off; where that is no whole number, the nearest even one. */
  private int start(int length) {
    return (int) Math.rint((length - size) / 2.0);
  }
}
