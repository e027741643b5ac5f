package io.diptych.data;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;

/** Makes small sets in the IDX format, byte by byte. */
final class IdxFiles {
  private IdxFiles() {}

  /** Images whose pixels follow from their number. */
  static byte[] images(int count, int height, int width) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.write(new byte[] {0, 0, 8, 3});
    out.writeInt(count);
    out.writeInt(height);
    out.writeInt(width);
    for (int i = 0; i < count; i++) {
      out.write(pixels(i, height * width));
    }
    return bytes.toByteArray();
  }

  static byte[] pixels(int image, int count) {
    byte[] pixels = new byte[count];
    SplittableRandom random = new SplittableRandom(image);
    for (int i = 0; i < count; i++) {
      pixels[i] = (byte) random.nextInt(256);
    }
    return pixels;
  }

  /** Labels 0 1 2 … 9 0 1 … */
  static byte[] labels(int count) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.write(new byte[] {0, 0, 8, 1});
    out.writeInt(count);
    for (int i = 0; i < count; i++) {
      out.write(i % 10);
    }
    return bytes.toByteArray();
  }

  static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  /** The four files of a set, plain, under their dashed names. */
  static void write(Path dir, int train, int test, int height, int width) throws IOException {
    Files.createDirectories(dir);
    Files.write(dir.resolve("train-images-idx3-ubyte"), images(train, height, width));
    Files.write(dir.resolve("train-labels-idx1-ubyte"), labels(train));
    Files.write(dir.resolve("t10k-images-idx3-ubyte"), images(test, height, width));
    Files.write(dir.resolve("t10k-labels-idx1-ubyte"), labels(test));
  }
}
