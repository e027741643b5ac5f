package io.diptych.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads structures in Thrift's compact protocol, in which Parquet describes itself: whole numbers
 * as {@link Long}, texts as bytes, lists as {@link List}, structures as {@link Fields}.
 *
 * @see <a
 *     href="https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md">The
 *     protocol</a>
 */
final class ThriftReader {
  private static final int DEEPEST = 32;

  private final ByteBuffer bytes;

  ThriftReader(ByteBuffer bytes) {
    this.bytes = bytes;
  }

  /**
   * The fields of a structure that are there.
   *
   * @param values by their numbers
   */
  record Fields(Map<Integer, Object> values) {
    long number(int field, long otherwise) {
      return values.get(field) instanceof Long number ? number : otherwise;
    }

    int size(int field) throws IOException {
      long size = number(field, -1);
      if (size < 0 || size > Integer.MAX_VALUE) {
        throw new IOException("a size of " + size + " is no size");
      }
      return (int) size;
    }

    @Nullable Fields structure(int field) {
      return values.get(field) instanceof Fields fields ? fields : null;
    }

    Fields required(int field) throws IOException {
      Fields fields = structure(field);
      if (fields == null) {
        throw new IOException("a description lacks its field " + field);
      }
      return fields;
    }

    byte[] text(int field) {
      return values.get(field) instanceof byte[] text ? text : new byte[0];
    }

    List<?> list(int field) {
      return values.get(field) instanceof List<?> list ? list : List.of();
    }

    /** Returns the structures in a list. */
    List<Fields> structures(int field) {
      return list(field).stream().filter(Fields.class::isInstance).map(Fields.class::cast).toList();
    }
  }

  /** Reads a structure. */
  Fields read() throws IOException {
    try {
      return structure(0);
    } catch (RuntimeException e) { // A length or a type that cannot be.
      throw new IOException("its description is damaged", e);
    }
  }

  private Fields structure(int depth) throws IOException {
    if (depth > DEEPEST) {
      throw new IOException("its description is damaged");
    }
    Map<Integer, Object> values = new HashMap<>();
    int field = 0;
    for (int head = bytes.get() & 0xff; head != 0; head = bytes.get() & 0xff) {
      int type = head & 0xf;
      field = head >> 4 == 0 ? (int) zigzag() : field + (head >> 4);
      values.put(field, type == 1 || type == 2 ? Long.valueOf(2 - type) : value(type, depth));
    }
    return new Fields(values);
  }

  private Object value(int type, int depth) throws IOException {
    return switch (type) {
      case 1, 2 -> Long.valueOf(2 - bytes.get()); // in a list
      case 3 -> Long.valueOf(bytes.get());
      case 4, 5, 6 -> zigzag();
      case 7 -> bytes.getLong();
      case 8 -> text();
      case 9, 10 -> list(depth);
      case 12 -> structure(depth + 1);
      default -> throw new IOException("its description has a value of the unknown type " + type);
    };
  }

  private byte[] text() {
    int length = (int) varint();
    if (length < 0 || length > bytes.remaining()) {
      throw new IllegalArgumentException("length " + length);
    }
    byte[] text = new byte[length];
    bytes.get(text);
    return text;
  }

  private List<Object> list(int depth) throws IOException {
    int head = bytes.get() & 0xff;
    long size = head >> 4 == 15 ? varint() : head >> 4;
    List<Object> values = new ArrayList<>();
    for (long i = 0; i < size; i++) {
      values.add(value(head & 0xf, depth));
    }
    return values;
  }

  private long zigzag() {
    long n = varint();
    return (n >>> 1) ^ -(n & 1);
  }

  private long varint() {
    long n = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte b = bytes.get();
      n |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return n;
      }
    }
    throw new IllegalArgumentException("a number is too long");
  }
}
