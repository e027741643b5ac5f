package io.diptych.evaluate;

import io.diptych.data.ImageCollection;
import io.diptych.data.ImageSet;
import io.diptych.data.StreamedSet;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Functional;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;

/**
 * Many small square pictures in one, row by row.
 *
 * @param uri a PNG as a data URI
 * @param size the side of each in pixels
 * @param columns how many are in a row
 */
record Sprite(String uri, int size, int columns) {
  private static final int LARGEST = 32;

  /** Grey levels of all: what a page can carry. */
  private static final double MOST_LEVELS = 6e6;

  /**
   * Makes pictures of images; the more there are, the smaller.
   *
   * @param shown the numbers of the images
   */
  static Sprite of(ImageCollection images, long[] shown) {
    int size = size(images, shown.length);
    int columns = (int) Math.ceil(Math.sqrt(shown.length));
    int rows = (shown.length + columns - 1) / columns;
    try (Scope scope = Scope.open()) {
      Tensor pictures = pictures(images, shown, size);
      long channels = pictures.size(1);
      Tensor sheet =
          pictures
              .pad(0, 0, 0, 0, 0, 0, 0, 0, (long) rows * columns - shown.length)
              .reshape(rows, columns, channels, size, size)
              .permute(2, 0, 3, 1, 4)
              .reshape(channels, (long) rows * size, (long) columns * size);
      return new Sprite(Thumbnail.png(sheet), size, columns);
    }
  }

  private static int size(ImageCollection images, int count) {
    int most = (int) Math.sqrt(MOST_LEVELS / count / images.channels());
    int side =
        images instanceof ImageSet resident
            ? (int) Math.max(resident.pixels().size(2), resident.pixels().size(3))
            : LARGEST;
    return Math.max(1, Math.min(most, Math.min(LARGEST, side)));
  }

  /** Returns uint8 [N, C, size, size]. */
  private static Tensor pictures(ImageCollection images, long[] shown, int size) {
    if (images instanceof StreamedSet streamed) {
      return streamed.pictures(shown, size);
    }
    Tensor pixels = ((ImageSet) images).pixels();
    Tensor index = Tensor.of(shown, shown.length).to(pixels.device());
    Tensor some = pixels.indexSelect(0, index).to(Device.CPU);
    return some.size(2) == size && some.size(3) == size
        ? some
        : Functional.adaptiveAvgPool2d(some.to(DType.FLOAT32), size).round().to(DType.UINT8);
  }
}
