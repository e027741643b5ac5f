package io.diptych.pickle;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import net.razorvine.pickle.Opcodes;
import net.razorvine.pickle.PickleUtils;

/**
 * Writes a pickle value by value, as a reader's stack wants it: first the parts, then what is made
 * of them. Nothing is remembered, so the same values always give the same bytes.
 */
public final class PickleWriter {
  private static final int UINT16 = 0xffff;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** Starts a pickle of this protocol, 2 or 4. */
  public PickleWriter(int protocol) {
    op(Opcodes.PROTO).out.write(protocol);
  }

  /** Writes an instruction without arguments, of {@link Opcodes}. */
  public PickleWriter op(int opcode) {
    out.write(opcode);
    return this;
  }

  /** Marks where the items of a collection start. */
  public PickleWriter mark() {
    return op(Opcodes.MARK);
  }

  /** Writes a text. */
  public PickleWriter text(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    op(Opcodes.BINUNICODE).int32(utf8.length);
    out.writeBytes(utf8);
    return this;
  }

  /** Writes a truth value. */
  public PickleWriter bool(boolean value) {
    return op(value ? Opcodes.NEWTRUE : Opcodes.NEWFALSE);
  }

  /** Writes an integer. */
  public PickleWriter integer(long value) {
    if (value >= 0 && value <= UINT16) {
      op(Opcodes.BININT2);
      out.write((int) value);
      out.write((int) value >> 8);
    } else if (value == (int) value) {
      op(Opcodes.BININT).int32((int) value);
    } else {
      byte[] bytes = PickleUtils.encode_long(BigInteger.valueOf(value));
      op(Opcodes.LONG1).out.write(bytes.length);
      out.writeBytes(bytes);
    }
    return this;
  }

  /** Writes a tuple of integers. */
  public PickleWriter integers(long... values) {
    mark();
    for (long value : values) {
      integer(value);
    }
    return op(Opcodes.TUPLE);
  }

  /** Names a function or class. */
  public PickleWriter global(String module, String name) {
    op(Opcodes.GLOBAL);
    out.writeBytes((module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
    return this;
  }

  /** Announces bytes, which the caller writes behind {@link #take}. */
  public PickleWriter bytes(long length) {
    if (length == (int) length) {
      return op(Opcodes.BINBYTES).int32((int) length);
    }
    op(Opcodes.BINBYTES8).int32((int) length);
    return int32((int) (length >>> Integer.SIZE));
  }

  /** Returns what was written since the last time. */
  public byte[] take() {
    byte[] bytes = out.toByteArray();
    out.reset();
    return bytes;
  }

  private PickleWriter int32(int value) {
    out.write(value);
    out.write(value >> 8);
    out.write(value >> 16);
    out.write(value >> 24);
    return this;
  }
}
