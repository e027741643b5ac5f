package io.diptych.data;

import java.util.Locale;

/**
 * Reads the IDX format of the MNIST family: big-endian, two zero bytes, the element type, the
 * number of dimensions, the dimensions, then the elements.
 *
 * @see <a href="https://yann.lecun.com/exdb/mnist/">The MNIST database</a>
 */
final class IdxReader {
  private static final int IMAGES_MAGIC = 0x0803;
  private static final int LABELS_MAGIC = 0x0801;
  private static final int MAX_SIDE = 16_384;

  private IdxReader() {}

  /**
   * Reads grey images and their labels.
   *
   * @param classes how many classes there are; larger labels are refused
   */
  static PixelStore read(DataFile images, DataFile labels, int classes) {
    byte[] label = readLabels(labels, classes);
    try (TrackedInput in = TrackedInput.open(images)) {
      expectMagic(in, IMAGES_MAGIC, "images");
      int count = readCount(in, "images");
      int height = readSide(in, "rows");
      int width = readSide(in, "columns");
      in.checkTotal(
          16 + (long) count * height * width, count + " images of " + height + "x" + width);
      if (count != label.length) {
        throw new DataException(
            String.format(
                Locale.ROOT,
                "%s has %d images, but %s has %d labels; they do not belong together",
                images.name(),
                count,
                labels.name(),
                label.length));
      }
      PixelStore store = new PixelStore(1, height, width);
      byte[] image = new byte[store.imageBytes()];
      for (int i = 0; i < count; i++) {
        in.readFully(image, 0, image.length, "image " + i + " of " + count);
        store.add(image, 0, label[i]);
      }
      in.expectEnd(count + " images");
      return store;
    }
  }

  private static byte[] readLabels(DataFile file, int classes) {
    try (TrackedInput in = TrackedInput.open(file)) {
      expectMagic(in, LABELS_MAGIC, "labels");
      int count = readCount(in, "labels");
      in.checkTotal(8 + (long) count, count + " labels");
      byte[] labels = in.readBytes(count, "the labels");
      in.expectEnd(count + " labels");
      for (int i = 0; i < count; i++) {
        if ((labels[i] & 0xff) >= classes) {
          throw new DataException(
              String.format(
                  Locale.ROOT,
                  "%s at byte %d: label %d, expected 0 to %d",
                  file.name(),
                  8 + i,
                  labels[i] & 0xff,
                  classes - 1));
        }
      }
      return labels;
    }
  }

  private static void expectMagic(TrackedInput in, int expected, String what) {
    int magic = in.readInt("the header");
    if (magic != expected) {
      throw in.fail(
          String.format(
              Locale.ROOT,
              "magic number 0x%08x, expected 0x%08x: not an IDX file of 8-bit %s",
              magic,
              expected,
              what));
    }
  }

  private static int readCount(TrackedInput in, String what) {
    int count = in.readInt("the header");
    if (count <= 0) {
      throw in.fail("the header announces " + (count & 0xffffffffL) + " " + what);
    }
    return count;
  }

  private static int readSide(TrackedInput in, String what) {
    int side = in.readInt("the header");
    if (side < 1 || side > MAX_SIDE) {
      throw in.fail(
          "the header announces images of "
              + (side & 0xffffffffL)
              + " "
              + what
              + ", expected 1 to "
              + MAX_SIDE);
    }
    return side;
  }
}
