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
        Image image =
            check.jpeg() && reader.readRaster(0, null).getNumBands() == 4
                ? inks(reader.readRaster(0, null), check.adobeTransform())
                : toImage(reader.read(0));
        return image.upright(check.orientation());
      } catch (EOFException e) {
        throw new IOException("the file ends early, so it is incomplete", e);
      } catch (RuntimeException e) {
        throw new IOException("damaged: " + e.getMessage(), e);
      } finally {
        reader.dispose();
      }
    }
  }

  /** JPEGs of four inks, which the JDK does not convert; Adobe stores them inverted. */
  private static Image inks(Raster raster, int transform) {
    int width = raster.getWidth();
    int height = raster.getHeight();
    int[] inks = raster.getPixels(0, 0, width, height, (int[]) null);
    byte[] samples = new byte[3 * width * height];
    for (int i = 0; i < width * height; i++) {
      int first = inks[4 * i];
      double blue = transform == 2 ? inks[4 * i + 1] - 128 : 0;
      double red = transform == 2 ? inks[4 * i + 2] - 128 : 0;
      double[] light =
          transform == 2
              ? new double[] {
                first + 1.402 * red, first - 0.344136 * blue - 0.714136 * red, first + 1.772 * blue
              }
              : new double[] {first, inks[4 * i + 1], inks[4 * i + 2]};
      for (int c = 0; c < 3; c++) {
        double level = Math.max(0, Math.min(255, light[c]));
        samples[3 * i + c] = (byte) Math.round(level * inks[4 * i + 3] / 255);
      }
    }
    return new Image(samples, 3, height, width);
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
