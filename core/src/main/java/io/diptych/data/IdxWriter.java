package io.diptych.data;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** Writes gzip-compressed IDX files whose bytes depend on the content only, not on the time. */
final class IdxWriter {
  private IdxWriter() {}

  /** Writes grey images. */
  static void writeImages(PixelStore store, Path file) throws IOException {
    try (DataOutputStream out = open(file)) {
      out.writeInt(0x0803);
      out.writeInt(store.size());
      out.writeInt(store.height());
      out.writeInt(store.width());
      byte[] image = new byte[store.imageBytes()];
      for (int i = 0; i < store.size(); i++) {
        store.copy(i, image, 0);
        out.write(image);
      }
    }
  }

  /** Writes labels of 0 to 255. */
  static void writeLabels(PixelStore store, Path file) throws IOException {
    try (DataOutputStream out = open(file)) {
      out.writeInt(0x0801);
      out.writeInt(store.size());
      for (int i = 0; i < store.size(); i++) {
        out.writeByte(store.label(i));
      }
    }
  }

  private static DataOutputStream open(Path file) throws IOException {
    return new DataOutputStream(new SmallGzip(Files.newOutputStream(file)));
  }

  /** Gzip at the strongest level; the JDK's header holds no time stamp. */
  private static final class SmallGzip extends GZIPOutputStream {
    SmallGzip(OutputStream out) throws IOException {
      super(out, 1 << 16);
      def.setLevel(Deflater.BEST_COMPRESSION);
    }
  }
}
