package io.diptych.evaluate;

import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Functional;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Images as texts that a page can show. */
final class Thumbnail {
  /** What a page needs of a large image: it shows many. */
  private static final int LONGEST = 96;

  private Thumbnail() {}

  /**
   * Returns a PNG as a data URI.
   *
   * @param whole uint8 [C, H, W] with C = 1 or 3; larger ones are made smaller
   */
  static String dataUri(Tensor whole) {
    try (Scope scope = Scope.open()) {
      return png(shrunk(whole));
    }
  }

  /** The means of as many whole cells as leave no side too long. */
  private static Tensor shrunk(Tensor whole) {
    long height = whole.size(1);
    long width = whole.size(2);
    long cell = (Math.max(height, width) + LONGEST - 1) / LONGEST;
    if (cell == 1 || Math.min(height, width) < cell) {
      return whole;
    }
    Tensor levels = whole.to(Device.CPU).to(DType.FLOAT32).unsqueeze(0);
    return Functional.avgPool2d(levels, cell, cell, 0).squeeze(0).round().to(DType.UINT8);
  }

  /** Returns a PNG of an image as it is, uint8 [C, H, W] with C = 1 or 3, as a data URI. */
  static String png(Tensor pixels) {
    int channels = (int) pixels.size(0);
    int height = (int) pixels.size(1);
    int width = (int) pixels.size(2);
    byte[] levels = pixels.toBytes();
    int plane = height * width;
    BufferedImage image =
        new BufferedImage(
            width,
            height,
            channels == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < plane; i++) {
      for (int c = 0; c < channels; c++) {
        image.getRaster().setSample(i % width, i / width, c, levels[c * plane + i] & 0xff);
      }
    }
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      // Given the bytes themselves, ImageIO would make a temporary file of each image.
      try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
        ImageIO.write(image, "png", out);
      }
      return "data:image/png;base64," + Base64.getEncoder().encodeToString(bytes.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
