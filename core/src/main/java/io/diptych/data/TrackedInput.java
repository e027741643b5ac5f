package io.diptych.data;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads big-endian binary files, plain or gzip, and knows where it is, so that every failure names
 * file and offset. Gzip is recognised by its magic number, not by the file's name.
 */
final class TrackedInput implements Closeable {
  /** No deflate stream expands further than this; it bounds what a compressed file can hold. */
  private static final long MAX_DEFLATE_RATIO = 1032;

  private static final int BUFFER = 1 << 16;

  private final DataFile file;
  private final InputStream in;
  private final boolean compressed;
  private long position;

  private TrackedInput(DataFile file, InputStream in, boolean compressed) {
    this.file = file;
    this.in = in;
    this.compressed = compressed;
  }

  static TrackedInput open(DataFile file) {
    InputStream raw = null;
    try {
      raw = new BufferedInputStream(file.opener().open(), BUFFER);
      raw.mark(2);
      boolean gzip = raw.read() == 0x1f && raw.read() == 0x8b;
      raw.reset();
      InputStream in =
          gzip ? new BufferedInputStream(new GZIPInputStream(raw, BUFFER), BUFFER) : raw;
      return new TrackedInput(file, in, gzip);
    } catch (IOException e) {
      closeQuietly(raw);
      throw new DataException(file.name() + ": cannot be read: " + Failures.reason(e), e);
    }
  }

  private static void closeQuietly(@Nullable InputStream in) {
    if (in != null) {
      try {
        in.close();
      } catch (IOException ignored) {
        // The failure that led here is the one to report.
      }
    }
  }

  /** Bytes read so far, counted after decompression. */
  long position() {
    return position;
  }

  /**
   * Checks that the file can hold as many bytes as its header announces, before memory is set aside
   * for them.
   *
   * @param total bytes the whole file should have, after decompression
   */
  void checkTotal(long total, String announced) {
    if (file.length() < 0) {
      return;
    }
    if (compressed ? total > file.length() * MAX_DEFLATE_RATIO : total != file.length()) {
      throw fail(
          String.format(
              Locale.ROOT,
              "%s need %d bytes, but the file has %d%s; it is damaged or incomplete",
              announced,
              total,
              file.length(),
              compressed ? " (compressed)" : ""));
    }
  }

  int readInt(String what) {
    byte[] b = new byte[4];
    readFully(b, 0, 4, what);
    return (b[0] & 0xff) << 24 | (b[1] & 0xff) << 16 | (b[2] & 0xff) << 8 | (b[3] & 0xff);
  }

  void readFully(byte[] to, int offset, int length, String what) {
    int got = read(to, offset, length);
    if (got < length) {
      throw ended(what, length, got);
    }
  }

  /** Reads {@code length} bytes, setting memory aside only as they come. */
  byte[] readBytes(int length, String what) {
    try {
      byte[] bytes = in.readNBytes(length);
      position += bytes.length;
      if (bytes.length < length) {
        throw ended(what, length, bytes.length);
      }
      return bytes;
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /** Reads up to {@code length} bytes; fewer only at the end of the file. */
  int read(byte[] to, int offset, int length) {
    try {
      int got = in.readNBytes(to, offset, length);
      position += got;
      return got;
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /** Checks that nothing follows. */
  void expectEnd(String after) {
    byte[] one = new byte[1];
    long end = position;
    if (read(one, 0, 1) != 0) {
      position = end;
      throw fail("expected the end of the file after " + after + ", but more bytes follow");
    }
  }

  private DataException ended(String what, int expected, int got) {
    return fail(
        "file ends in " + what + ": expected " + expected + " bytes, got " + got + "; incomplete");
  }

  private DataException unreadable(IOException e) {
    return e instanceof EOFException
        ? fail("the compressed file ends early; it is incomplete", e)
        : fail("cannot be read: " + Failures.reason(e), e);
  }

  DataException fail(String problem) {
    return new DataException(where() + problem);
  }

  private DataException fail(String problem, Throwable cause) {
    return new DataException(where() + problem, cause);
  }

  private String where() {
    return file.name() + " at byte " + position + (compressed ? " (decompressed): " : ": ");
  }

  @Override
  public void close() {
    closeQuietly(in);
  }
}
