package io.diptych.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/** Reads a part of a file that the file itself speaks of, and may be wrong about. */
final class FileRange {
  private FileRange() {}

  /**
   * Reads some bytes, fewer if the file ends before.
   *
   * @throws IOException if the place is outside the file, or the file cannot be read
   */
  static byte[] bytes(Path file, long offset, long length) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      if (offset < 0 || offset > size || length < 0) {
        throw new IOException(
            "it is damaged or incomplete: it speaks of "
                + length
                + " bytes at "
                + offset
                + " and has "
                + size);
      }
      ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(Math.min(length, size - offset)));
      int read = 0;
      while (bytes.hasRemaining() && read >= 0) {
        read = channel.read(bytes, offset + bytes.position());
      }
      return bytes.hasRemaining() ? Arrays.copyOf(bytes.array(), bytes.position()) : bytes.array();
    }
  }

  /** Reads the same into a buffer, from its beginning. */
  static ByteBuffer buffer(Path file, long offset, long length) throws IOException {
    return ByteBuffer.wrap(bytes(file, offset, length));
  }
}
