package io.diptych.cli;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;

/**
 * An unlabelled folder as people have them: images of many sizes and formats in one heap, some of
 * them broken, and other files between.
 *
 * <p>As a program: {@code MixedFolder DIR COUNT}.
 */
public final class MixedFolder {
  private static final String WEBP =
      "UklGRioAAABXRUJQVlA4TB4AAAAvB0ABALmM6H/sIqL/ASEBYY7/GyULxmPIYgKQWjY=";
  private static final String CMYK =
      "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwACAQEBAQECAQEBAgICAgIEAwICAgIFBAQDBAYFBgYGBQYGBgcJCAYHCQcGBggL"
          + "CAkKCgoKCgYICwwLCgwJCgoK/8AAFAgACAAQBEMRAE0RAFkRAEsRAP/EAB8AAAEFAQEBAQEBAAAAAAAAAAABAgMEBQYHCAkK"
          + "C//EALUQAAIBAwMCBAMFBQQEAAABfQECAwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNicoIJChYXGBkaJSYnKCkq"
          + "NDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6g4SFhoeIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4"
          + "ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+v/aAA4EQwBNAFkASwAAPwD9wK4v/iGX/wCr2P8AzG//"
          + "AN8q/O+v38r+I+j/AIhl/wDq9j/zG/8A98qKK//Z";
  private static final String[] FORMATS = {"jpg", "JPEG", "png", "bmp", "gif", "tif"};
  private static final int BROKEN_EACH = 100;

  private MixedFolder() {}

  /** Writes the folder that the arguments name. */
  public static void main(String[] args) throws IOException {
    int broken = write(Path.of(args[0]), Integer.parseInt(args[1]));
    System.out.println(args[1] + " images, " + broken + " of them broken");
  }

  /**
   * Writes the files.
   *
   * @param count how many images, every hundredth of which is broken
   * @return how many are broken
   */
  static int write(Path dir, int count) throws IOException {
    Files.createDirectories(dir);
    SplittableRandom random = new SplittableRandom(11);
    int broken = 0;
    for (int i = 0; i < count; i++) {
      String format = FORMATS[i % FORMATS.length];
      byte[] file = encode(random, format);
      if (i % 50 == 10) {
        format = "webp";
        file = Base64.getDecoder().decode(WEBP);
      } else if (i % 50 == 20) {
        format = "jpg";
        file = Base64.getDecoder().decode(CMYK);
      }
      if (i % BROKEN_EACH == BROKEN_EACH / 2) {
        file = damage(file, broken++);
      }
      Files.write(dir.resolve(String.format(Locale.ROOT, "IMG_%05d.%s", i, format)), file);
    }
    Files.writeString(dir.resolve("notes.txt"), "holidays");
    Files.writeString(dir.resolve(".hidden.jpg"), "no image");
    return broken;
  }

  private static byte[] damage(byte[] file, int how) {
    return switch (how % 3) {
      case 0 -> new byte[0];
      case 1 -> Arrays.copyOf(file, file.length / 2);
      default -> "<html>404 Not Found</html>".getBytes(StandardCharsets.UTF_8);
    };
  }

  private static byte[] encode(SplittableRandom random, String format) throws IOException {
    int width = random.nextInt(20, 400);
    int height = random.nextInt(20, 400);
    boolean grey = random.nextInt(5) == 0;
    BufferedImage image =
        new BufferedImage(
            width, height, grey ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB);
    int phase = random.nextInt(256);
    int[] row = new int[width];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        row[x] = (x + phase & 0xff) << 16 | (y * 2 & 0xff) << 8 | (x * y / 64 & 0xff);
      }
      image.setRGB(0, y, width, 1, row, 0, width);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (!ImageIO.write(image, format, out)) {
      throw new IOException("no writer for " + format);
    }
    return out.toByteArray();
  }
}
