package io.diptych.data.decode;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** Decodes by the JDK alone, always in full size; knows neither WebP nor PPM. */
final class ImageIoDecoder implements ImageDecoder {

  @Override
  public Image decode(byte[] file, Reduction reduction) throws IOException {
    FileCheck check = FileCheck.of(file);
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw new IOException("not an image of a format that the JDK knows");
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(in, true, true);
        FileCheck.checkSize(reader.getWidth(0), reader.getHeight(0));
        return toImage(reader.read(0)).upright(check.orientation());
      } catch (EOFException e) {
        throw new IOException("the file ends early, so it is incomplete", e);
      } catch (RuntimeException e) {
        throw new IOException("damaged: " + e.getMessage(), e);
      } finally {
        reader.dispose();
      }
    }
  }

  private static Image toImage(BufferedImage image) {
    boolean grey =
        !(image.getColorModel() instanceof IndexColorModel)
            && image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY;
    return grey ? greyOf(image) : colourOf(image);
  }

  /** Takes samples as they are stored: getRGB would apply a gamma curve to them. */
  private static Image greyOf(BufferedImage image) {
    Raster raster = image.getRaster();
    int bits = image.getSampleModel().getSampleSize(0);
    int[] samples = raster.getSamples(0, 0, image.getWidth(), image.getHeight(), 0, (int[]) null);
    byte[] bytes = new byte[samples.length];
    int max = (1 << Math.min(bits, 8)) - 1;
    for (int i = 0; i < samples.length; i++) {
      int high = bits > 8 ? samples[i] >> (bits - 8) : samples[i];
      bytes[i] = (byte) (high * 255 / max);
    }
    return new Image(bytes, 1, image.getHeight(), image.getWidth());
  }

  private static Image colourOf(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    byte[] samples = new byte[3 * width * height];
    int[] row = new int[width];
    for (int y = 0; y < height; y++) {
      image.getRGB(0, y, width, 1, row, 0, width);
      for (int x = 0; x < width; x++) {
        int at = 3 * (y * width + x);
        samples[at] = (byte) (row[x] >> 16);
        samples[at + 1] = (byte) (row[x] >> 8);
        samples[at + 2] = (byte) row[x];
      }
    }
    return new Image(samples, 3, height, width);
  }
}
