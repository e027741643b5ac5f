package io.diptych.view;

import io.diptych.option.Option;
import io.diptych.tensor.Tensor;

/**
 * Cuts a square out of the middle of the image.
 *
 * @param size the side of the square in pixels
 */
public record CenterCrop(
    @Option(range = "[1, 4096]", doc = "side of the square in pixels") int size)
    implements Augmentation {
  @Override
  public int draws() {
    return 0;
  }

  @Override
  public Images apply(Images images, Tensor draws) {
    if (images.height() < size || images.width() < size) {
      throw new IllegalArgumentException(
          "center_crop.size: "
              + size
              + " does not fit into images of "
              + images.width()
              + " x "
              + images.height()
              + " pixels; resize them first");
    }
    Tensor rows = images.levels().narrow(2, start(images.height()), size);
    return Images.holding(rows.narrow(3, start(images.width()), size).contiguous());
  }

  /** Half of what is cut off; where that is no whole number, the nearest even one. */
  private long start(int length) {
    return (long) Math.rint((length - size) / 2.0);
  }
}
