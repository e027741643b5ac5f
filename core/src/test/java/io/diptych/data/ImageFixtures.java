package io.diptych.data;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import javax.imageio.ImageIO;

/** Image files in many formats, made by the JDK or written byte by byte. */
public final class ImageFixtures {
  /** 8x6 lossless WebP by Pillow: red 30 x, green 40 y, blue 100. */
  private static final String WEBP =
      "UklGRioAAABXRUJQVlA4TB4AAAAvB0ABALmM6H/sIqL/ASEBYY7/GyULxmPIYgKQWjY=";

  /**
   * 16x8 JPEG of four inks by Pillow: red 240 | 20 from left to right, green 30 over 200, blue 60.
   */
  private static final String CMYK =
      "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwACAQEBAQECAQEBAgICAgIEAwICAgIFBAQDBAYFBgYGBQYGBgcJCAYHCQcGBggL"
          + "CAkKCgoKCgYICwwLCgwJCgoK/8AAFAgACAAQBEMRAE0RAFkRAEsRAP/EAB8AAAEFAQEBAQEBAAAAAAAAAAABAgMEBQYHCAkK"
          + "C//EALUQAAIBAwMCBAMFBQQEAAABfQECAwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNicoIJChYXGBkaJSYnKCkq"
          + "NDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6g4SFhoeIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4"
          + "ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+v/aAA4EQwBNAFkASwAAPwD9wK4v/iGX/wCr2P8AzG//"
          + "AN8q/O+v38r+I+j/AIhl/wDq9j/zG/8A98qKK//Z";

  private ImageFixtures() {}

  /** A JPEG of four inks. */
  public static byte[] cmyk() {
    return Base64.getDecoder().decode(CMYK);
  }

  /** Red 30 x, green 40 y, blue 100. */
  public static BufferedImage colour(int width, int height) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, (30 * x % 256) << 16 | (40 * y % 256) << 8 | 100);
      }
    }
    return image;
  }

  /** Grey 10 x + 20 y. */
  public static BufferedImage grey(int width, int height) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.getRaster().setSample(x, y, 0, (10 * x + 20 * y) % 256);
      }
    }
    return image;
  }

  /** An 8x6 image of {@link #colour} in a format. */
  public static byte[] file(String format) {
    return switch (format) {
      case "webp" -> Base64.getDecoder().decode(WEBP);
      case "ppm" -> ppm();
      case "gif" -> write(indexed(), "gif");
      default -> write(colour(8, 6), format);
    };
  }

  private static byte[] ppm() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes("P6\n8 6\n255\n".getBytes(StandardCharsets.US_ASCII));
    for (int y = 0; y < 6; y++) {
      for (int x = 0; x < 8; x++) {
        out.write(30 * x);
        out.write(40 * y);
        out.write(100);
      }
    }
    return out.toByteArray();
  }

  /** The same with a palette: 48 colours fit one, so nothing is lost. */
  private static BufferedImage indexed() {
    byte[] red = new byte[256];
    byte[] green = new byte[256];
    byte[] blue = new byte[256];
    for (int i = 0; i < 48; i++) {
      red[i] = (byte) (i % 8 * 30);
      green[i] = (byte) (i / 8 * 40);
      blue[i] = 100;
    }
    BufferedImage image =
        new BufferedImage(
            8, 6, BufferedImage.TYPE_BYTE_INDEXED, new IndexColorModel(8, 256, red, green, blue));
    for (int i = 0; i < 48; i++) {
      image.getRaster().setSample(i % 8, i / 8, 0, i);
    }
    return image;
  }

  /** The bytes of an image in a format of the JDK. */
  public static byte[] write(BufferedImage image, String format) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      if (!ImageIO.write(image, format, out)) {
        throw new IllegalArgumentException("no writer for " + format);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** A JPEG with an EXIF segment that notes an orientation. */
  public static byte[] jpegWithOrientation(BufferedImage image, int orientation, boolean little) {
    byte[] jpeg = write(image, "jpg");
    byte[] exif =
        little
            ? new byte[] {
              'E',
              'x',
              'i',
              'f',
              0,
              0,
              'I',
              'I',
              42,
              0,
              8,
              0,
              0,
              0,
              1,
              0, // one entry
              0x12,
              1,
              3,
              0,
              1,
              0,
              0,
              0,
              (byte) orientation,
              0,
              0,
              0,
              0,
              0,
              0,
              0
            }
            : new byte[] {
              'E',
              'x',
              'i',
              'f',
              0,
              0,
              'M',
              'M',
              0,
              42,
              0,
              0,
              0,
              8,
              0,
              1, // one entry
              1,
              0x12,
              0,
              3,
              0,
              0,
              0,
              1,
              0,
              (byte) orientation,
              0,
              0,
              0,
              0,
              0,
              0
            };
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(jpeg, 0, 2);
    out.writeBytes(new byte[] {(byte) 0xff, (byte) 0xe1, 0, (byte) (exif.length + 2)});
    out.writeBytes(exif);
    out.write(jpeg, 2, jpeg.length - 2);
    return out.toByteArray();
  }
}
