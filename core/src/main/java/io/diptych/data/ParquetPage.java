package io.diptych.data;

import io.airlift.compress.MalformedInputException;
import io.airlift.compress.zstd.ZstdInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.compressors.snappy.SnappyCompressorInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A page of a column of a Parquet file: some values that follow each other.
 *
 * @param file the file
 * @param offset where the page's bytes begin, after its header
 * @param header its header
 * @param codec how it is compressed, as Parquet counts
 * @param levels how many of its column and the groups around may be missing; a value is there where
 *     all are
 * @param dictionary the page of the values that this one's numbers stand for, or null
 * @see <a href="https://parquet.apache.org/docs/file-format/">The format</a>
 */
record ParquetPage(
    Path file,
    long offset,
    ThriftReader.Fields header,
    int codec,
    int levels,
    @Nullable ParquetPage dictionary) {
  private static final int DATA = 0;
  private static final int DICTIONARY = 2;
  private static final int DATA_V2 = 3;
  private static final int PLAIN = 0;
  private static final int PLAIN_DICTIONARY = 2;
  private static final int RLE_DICTIONARY = 8;
  private static final int MAX_ROWS = 1 << 24; // A page of a megabyte holds 8 million at one bit.

  boolean isDictionary() {
    return header.number(1, -1) == DICTIONARY;
  }

  boolean isData() {
    long type = header.number(1, -1);
    return type == DATA || type == DATA_V2;
  }

  /** Returns how many rows it has. */
  int rows() throws IOException {
    int rows = header.required(header.number(1, -1) == DATA_V2 ? 8 : 5).size(1);
    if (rows > MAX_ROWS) {
      throw new IOException("the page is damaged: it speaks of " + rows + " rows");
    }
    return rows;
  }

  /** Where the next page begins. */
  long end() throws IOException {
    return offset + header.size(3);
  }

  /** Returns the bytes of the value of a row. */
  byte[] bytes(int row) throws IOException {
    return guarded(() -> value(row));
  }

  /** Returns the whole numbers of all rows; -1 where one is missing. */
  long[] numbers(int width) throws IOException {
    return guarded(() -> wholeNumbers(width));
  }

  private interface Reading<T> {
    T read() throws IOException;
  }

  private static <T> T guarded(Reading<T> reading) throws IOException {
    try {
      return reading.read();
    } catch (IndexOutOfBoundsException | BufferUnderflowException | IllegalArgumentException e) {
      throw new IOException("the page is damaged", e);
    }
  }

  private byte[] value(int row) throws IOException {
    Content content = content();
    int place = content.place(row);
    if (place < 0) {
      throw new IOException("the row has no image");
    }
    ParquetPage values = dictionary;
    if (content.isPlain()) {
      return nth(content.values(), place);
    }
    if (values == null) {
      throw new IOException("its dictionary is missing");
    }
    int[] numbers = content.numbers();
    return nth(values.content().values(), numbers[place]);
  }

  private long[] wholeNumbers(int width) throws IOException {
    Content content = content();
    ByteBuffer plain = content.values();
    int[] places = null;
    ParquetPage values = dictionary;
    if (!content.isPlain()) {
      if (values == null) {
        throw new IOException("its dictionary is missing");
      }
      places = content.numbers();
      plain = values.content().values();
    }
    long[] numbers = new long[rows()];
    for (int row = 0; row < numbers.length; row++) {
      int place = content.place(row);
      int at = place < 0 ? 0 : (places == null ? place : places[place]) * width;
      numbers[row] =
          place < 0
              ? PixelStore.UNLABELLED
              : width == 8
                  ? plain.getLong(plain.position() + at)
                  : plain.getInt(plain.position() + at);
    }
    return numbers;
  }

  private static byte[] nth(ByteBuffer values, int place) throws IOException {
    ByteBuffer at = values.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; ; i++) {
      int length = at.getInt();
      if (length < 0 || length > at.remaining()) {
        throw new IOException("the page is damaged: a value of " + length + " bytes");
      }
      if (i == place) {
        byte[] value = new byte[length];
        at.get(value);
        return value;
      }
      at.position(at.position() + length);
    }
  }

  /**
   * A page after decompression.
   *
   * @param present for each row whether it has a value, or null if all have one
   * @param values what follows
   * @param encoding how values are stored
   * @param rows how many rows it has
   */
  private record Content(boolean @Nullable [] present, ByteBuffer values, long encoding, int rows) {
    boolean isPlain() throws IOException {
      if (encoding != PLAIN && encoding != RLE_DICTIONARY && encoding != PLAIN_DICTIONARY) {
        throw new IOException(
            "its values are in encoding " + encoding + ", known are plain and dictionary");
      }
      return encoding == PLAIN;
    }

    /** The place of a row among the values; -1 if it has none. */
    int place(int row) {
      if (present == null) {
        return row;
      }
      int place = 0;
      for (int i = 0; i < row; i++) {
        place += present[i] ? 1 : 0;
      }
      return present[row] ? place : -1;
    }

    /** The places in the dictionary. */
    int[] numbers() throws IOException {
      ByteBuffer rest = values.duplicate();
      int width = rest.get();
      int missing = 0;
      if (present != null) {
        for (boolean there : present) {
          missing += there ? 0 : 1;
        }
      }
      return hybrid(rest, width, rows - missing);
    }
  }

  private Content content() throws IOException {
    ByteBuffer raw = raw();
    if (isDictionary()) {
      ByteBuffer values = decompress(raw, header.size(2));
      return new Content(null, values, PLAIN, header.required(7).size(1));
    }
    int rows = rows();
    if (header.number(1, -1) == DATA_V2) {
      ThriftReader.Fields v2 = header.required(8);
      int definitions = v2.size(5);
      int repeats = v2.size(6);
      ByteBuffer definition = raw.slice(repeats, definitions);
      int before = repeats + definitions;
      ByteBuffer rest = raw.slice(before, raw.limit() - before);
      boolean compressed = v2.number(7, 1) != 0;
      ByteBuffer values =
          compressed
              ? decompress(rest, header.size(2) - before)
              : rest.order(ByteOrder.LITTLE_ENDIAN);
      return new Content(
          levels > 0 ? present(definition, rows) : null, values, v2.number(4, -1), rows);
    }
    ByteBuffer values = decompress(raw, header.size(2));
    boolean[] present = null;
    if (levels > 0) {
      int length = values.getInt();
      present = present(values.slice(values.position(), length), rows);
      values.position(values.position() + length);
    }
    return new Content(present, values, header.required(5).number(2, -1), rows);
  }

  private boolean[] present(ByteBuffer definitions, int rows) throws IOException {
    int[] defined = hybrid(definitions, 32 - Integer.numberOfLeadingZeros(levels), rows);
    boolean[] present = new boolean[rows];
    for (int i = 0; i < rows; i++) {
      present[i] = defined[i] == levels;
    }
    return present;
  }

  /** Small numbers in runs, and packed by their bits. */
  private static int[] hybrid(ByteBuffer bytes, int width, int count) throws IOException {
    int[] numbers = new int[count];
    int at = 0;
    while (at < count && (bytes.hasRemaining() || width == 0)) {
      int head = width == 0 && !bytes.hasRemaining() ? count << 1 : varint(bytes);
      if ((head & 1) == 0) {
        int value = 0;
        for (int i = 0; i < (width + 7) / 8; i++) {
          value |= (bytes.get() & 0xff) << (8 * i);
        }
        for (int end = Math.min(count, at + (head >>> 1)); at < end; at++) {
          numbers[at] = value;
        }
      } else {
        int packed = (head >>> 1) * width;
        long bits = 0;
        int have = 0;
        int read = 0;
        for (int i = 0; i < (head >>> 1) * 8 && at < count; i++) {
          while (have < width) {
            bits |= (bytes.get() & 0xffL) << have;
            have += 8;
            read++;
          }
          numbers[at++] = (int) (bits & ((1L << width) - 1));
          bits >>>= width;
          have -= width;
        }
        bytes.position(Math.min(bytes.limit(), bytes.position() + packed - read));
      }
    }
    if (at < count) {
      throw new IOException("the page is damaged: it ends early");
    }
    return numbers;
  }

  private static int varint(ByteBuffer bytes) {
    int n = 0;
    for (int shift = 0; shift < 32; shift += 7) {
      byte b = bytes.get();
      n |= (b & 0x7f) << shift;
      if (b >= 0) {
        return n;
      }
    }
    throw new IllegalArgumentException("a number is too long");
  }

  private ByteBuffer raw() throws IOException {
    Stored.Slice slice = new Stored.Slice(file, "page", offset, header.size(3));
    return ByteBuffer.wrap(slice.read());
  }

  private ByteBuffer decompress(ByteBuffer raw, int size) throws IOException {
    byte[] bytes = new byte[raw.remaining()];
    raw.duplicate().get(bytes);
    InputStream packed = new ByteArrayInputStream(bytes);
    byte[] plain =
        switch (codec) {
          case 0 -> bytes;
          case 1 -> {
            try (InputStream in = new SnappyCompressorInputStream(packed)) {
              yield in.readNBytes(size);
            }
          }
          case 2 -> {
            try (InputStream in = new GZIPInputStream(packed)) {
              yield in.readNBytes(size);
            }
          }
          case 6 -> {
            try (InputStream in = new ZstdInputStream(packed)) {
              yield in.readNBytes(size);
            } catch (MalformedInputException e) {
              throw new IOException("the page is damaged: " + e.getMessage(), e);
            }
          }
          default ->
              throw new IOException(
                  "is compressed by method "
                      + codec
                      + ", which is not read; write it with snappy, gzip, zstd or none");
        };
    if (plain.length != size) {
      throw new IOException("the page is damaged: it ends early");
    }
    return ByteBuffer.wrap(plain).order(ByteOrder.LITTLE_ENDIAN);
  }
}
