package io.diptych.data;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the encoded bytes of an image are. Many threads may read at once. {@code toString} says
 * where that is, for messages.
 */
interface Stored {
  /** Bytes of this number and more are no photograph, and would not fit an array. */
  long MAX_BYTES = 1L << 30;

  /** Reads all bytes. */
  byte[] read() throws IOException;

  /** An image that is a file of its own. */
  record InFile(Path file) implements Stored {
    @Override
    public byte[] read() throws IOException {
      long length = Files.size(file);
      if (length > MAX_BYTES) {
        throw new IOException("has " + length + " bytes, too many for an image");
      }
      return Files.readAllBytes(file);
    }

    @Override
    public String toString() {
      return file.toString();
    }
  }

  /**
   * An image that is a part of a larger file.
   *
   * @param file the file
   * @param entry what the file calls the part
   * @param offset where its bytes begin
   * @param length how many they are
   */
  record Slice(Path file, String entry, long offset, int length) implements Stored {
    @Override
    public byte[] read() throws IOException {
      byte[] bytes = FileRange.bytes(file, offset, length);
      if (bytes.length < length) {
        throw new EOFException();
      }
      return bytes;
    }

    @Override
    public String toString() {
      return file + "!" + entry;
    }
  }
}
