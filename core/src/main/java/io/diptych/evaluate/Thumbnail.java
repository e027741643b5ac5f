package io.diptych.evaluate;

import io.diptych.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import javax.imageio.ImageIO;

/** Images as texts that a page can show. */
final class Thumbnail {
  private Thumbnail() {}

  /** Returns a PNG as a data URI of uint8 pixels [C, H, W] with C = 1 or 3. */
  static String dataUri(Tensor pixels) {
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
      ImageIO.write(image, "png", bytes);
      return "data:image/png;base64," + Base64.getEncoder().encodeToString(bytes.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
