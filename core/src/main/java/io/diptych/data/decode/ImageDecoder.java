package io.diptych.data.decode;

import java.io.IOException;

/** Turns the bytes of an image file into pixels. Implementations may be used by many threads. */
public interface ImageDecoder {

  /**
   * Decodes an image, turned upright as its EXIF data says. Transparency is dropped, of an
   * animation the first picture is taken, 16-bit samples lose their lower half.
   *
   * @param file the bytes of the file
   * @return the image
   * @throws IOException if the bytes are no complete image of a known format; the message says why,
   *     without naming the file
   */
  default Image decode(byte[] file) throws IOException {
    return decode(file, Reduction.NONE);
  }

  /**
   * Decodes an image, perhaps smaller than it is: a JPEG by half, a quarter or an eighth, where the
   * decoder can do it and the caller allows it.
   *
   * @param file the bytes of the file
   * @param reduction is asked how small the image may be
   * @return the image; it knows its size before the reduction
   * @throws IOException as {@link #decode(byte[])}
   */
  Image decode(byte[] file, Reduction reduction) throws IOException;

  /**
   * The fastest decoder that works on this machine, the same one for the life of the program.
   *
   * @return OpenCV's if its natives are present, else ImageIO's
   */
  static ImageDecoder best() {
    return Best.DECODER;
  }

  /** Chooses once. */
  final class Best {
    private static final ImageDecoder DECODER = choose();

    private Best() {}

    private static ImageDecoder choose() {
      try {
        return new OpenCvDecoder();
      } catch (LinkageError e) {
        // No binding, or none of its natives for this platform.
        return new ImageIoDecoder();
      }
    }
  }
}
