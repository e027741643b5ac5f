package io.diptych.data;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.razorvine.pickle.Opcodes;
import net.razorvine.pickle.PickleException;
import net.razorvine.pickle.PickleUtils;
import net.razorvine.pickle.Unpickler;
import org.jspecify.annotations.Nullable;

/**
 * Reads pickles of plain values: dictionaries, lists, tuples, strings, bytes, numbers, and numpy
 * arrays of bytes. Every other instruction is refused before it does anything, so a hostile file
 * can neither run code nor, as lengths are checked against what is left of the file, exhaust
 * memory. Byte strings of Python 2 longer than 255 bytes come as {@code byte[]}, shorter ones as a
 * string of Latin-1 characters.
 */
final class PlainUnpickler extends Unpickler {
  private final CountingInput counted;

  private PlainUnpickler(InputStream in, long length) {
    this.counted = new CountingInput(in, length);
  }

  /**
   * Reads one pickle.
   *
   * @param name what messages call the file
   * @param in its bytes
   * @param length how many there are
   */
  static Object read(String name, InputStream in, long length) {
    PlainUnpickler unpickler = new PlainUnpickler(in, length);
    try {
      return unpickler.load(unpickler.counted);
    } catch (IOException e) {
      throw unpickler.damaged(name, Failures.reason(e), e);
    } catch (RuntimeException e) {
      // The library meets nonsense with whatever exception its stack or a cast throws.
      String reason = e instanceof PickleException ? e.getMessage() : "it makes no sense";
      throw unpickler.damaged(name, reason, e);
    }
  }

  private DataException damaged(String name, @Nullable String reason, Exception cause) {
    return new DataException(
        name
            + " at byte "
            + counted.position()
            + ": not a pickle of plain values: "
            + reason
            + "; it is damaged, or not what its name says",
        cause);
  }

  @Override
  protected Object dispatch(short key) throws IOException {
    switch (key) {
      case Opcodes.GLOBAL ->
          stack.add(global(PickleUtils.readline(input), PickleUtils.readline(input)));
      case Opcodes.STACK_GLOBAL -> {
        Object name = stack.pop();
        stack.add(global((String) stack.pop(), (String) name));
      }
      case Opcodes.REDUCE -> {
        Object[] arguments = (Object[]) stack.pop();
        stack.add(((Global) stack.pop()).call(arguments));
      }
      case Opcodes.BUILD -> {
        Object[] state = (Object[]) stack.pop();
        if (stack.peek() instanceof ByteArray) {
          stack.pop();
          stack.add(ByteArray.ofState(state));
        } else if (!(stack.peek() instanceof ElementType)) {
          throw new PickleException("an object is given a state");
        }
      }
      case Opcodes.BINSTRING, Opcodes.BINBYTES -> stack.add(bytes(uint32()));
      case Opcodes.BINBYTES8, Opcodes.BYTEARRAY8 -> stack.add(bytes(uint64()));
      case Opcodes.BINUNICODE -> stack.add(new String(bytes(uint32()), UTF_8));
      case Opcodes.BINUNICODE8 -> stack.add(new String(bytes(uint64()), UTF_8));
      case Opcodes.SETITEM -> {
        Object value = stack.pop();
        Object name = stack.pop();
        dictionary(stack.peek()).put(text(name), value);
      }
      case Opcodes.SETITEMS -> {
        List<Object> items = stack.pop_all_since_marker();
        putAll(dictionary(stack.peek()), items);
      }
      case Opcodes.DICT -> {
        Map<Object, Object> made = new HashMap<>();
        putAll(made, stack.pop_all_since_marker());
        stack.add(made);
      }
      case Opcodes.MARK,
          Opcodes.STOP,
          Opcodes.POP,
          Opcodes.POP_MARK,
          Opcodes.DUP,
          Opcodes.NONE,
          Opcodes.NEWTRUE,
          Opcodes.NEWFALSE,
          Opcodes.INT,
          Opcodes.BININT,
          Opcodes.BININT1,
          Opcodes.BININT2,
          Opcodes.LONG,
          Opcodes.LONG1,
          Opcodes.FLOAT,
          Opcodes.BINFLOAT,
          Opcodes.STRING,
          Opcodes.SHORT_BINSTRING,
          Opcodes.SHORT_BINBYTES,
          Opcodes.UNICODE,
          Opcodes.SHORT_BINUNICODE,
          Opcodes.EMPTY_LIST,
          Opcodes.LIST,
          Opcodes.APPEND,
          Opcodes.APPENDS,
          Opcodes.EMPTY_DICT,
          Opcodes.EMPTY_TUPLE,
          Opcodes.TUPLE,
          Opcodes.TUPLE1,
          Opcodes.TUPLE2,
          Opcodes.TUPLE3,
          Opcodes.GET,
          Opcodes.BINGET,
          Opcodes.LONG_BINGET,
          Opcodes.PUT,
          Opcodes.BINPUT,
          Opcodes.LONG_BINPUT,
          Opcodes.MEMOIZE,
          Opcodes.PROTO,
          Opcodes.FRAME -> {
        return super.dispatch(key);
      }
      default ->
          throw new PickleException("instruction 0x" + Integer.toHexString(key) + " is refused");
    }
    return NO_RETURN_VALUE;
  }

  private static Global global(String module, String name) {
    for (Global known : Global.values()) {
      if (known.is(module, name)) {
        return known;
      }
    }
    throw new PickleException("it asks for " + module + "." + name + ", which is refused");
  }

  private static void putAll(Map<Object, Object> map, List<Object> items) {
    for (int i = 0; i < items.size(); i += 2) {
      map.put(text(items.get(i)), items.get(i + 1));
    }
  }

  @SuppressWarnings("unchecked") // every map on the stack was made by this class or the library
  private static Map<Object, Object> dictionary(Object value) {
    return (Map<Object, Object>) value;
  }

  /** Keys must be strings: hashing a nest of lists could take for ever. */
  static String text(Object value) {
    if (value instanceof byte[] bytes) {
      return new String(bytes, ISO_8859_1);
    }
    if (value instanceof String string) {
      return string;
    }
    throw new PickleException("a dictionary's key is no string");
  }

  private byte[] bytes(long length) throws IOException {
    if (length < 0 || length > counted.remaining()) {
      throw new PickleException(
          "it announces " + length + " bytes where " + counted.remaining() + " are left");
    }
    return counted.readNBytes((int) length);
  }

  private long uint32() throws IOException {
    return PickleUtils.bytes_to_uint(PickleUtils.readbytes(input, 4), 0);
  }

  private long uint64() throws IOException {
    return PickleUtils.bytes_to_long(PickleUtils.readbytes(input, 8), 0);
  }

  /** The numpy type of an array's elements; only that of bytes is known. */
  private record ElementType() {}

  /** A numpy array of unsigned bytes in row-major order. */
  static final class ByteArray {
    private final List<Integer> shape;
    private final byte[] bytes;

    private ByteArray(List<Integer> shape, byte[] bytes) {
      this.shape = shape;
      this.bytes = bytes;
    }

    /** The sizes of its dimensions. */
    List<Integer> shape() {
      return shape;
    }

    /** Its elements, not copied. */
    byte[] bytes() {
      return bytes;
    }

    private static ByteArray of(Object shape, Object type, boolean rowMajor, Object data) {
      if (!(type instanceof ElementType) || !rowMajor) {
        throw new PickleException("a numpy array is not one of bytes in row-major order");
      }
      List<Integer> sizes =
          Arrays.stream((Object[]) shape).map(n -> ((Number) n).intValue()).toList();
      byte[] bytes = data instanceof byte[] b ? b : ((String) data).getBytes(ISO_8859_1);
      long elements = 1;
      for (int size : sizes) {
        elements = Math.multiplyExact(elements, (long) size);
      }
      if (elements != bytes.length) {
        throw new PickleException(
            "a numpy array of shape " + sizes + " has " + bytes.length + " bytes");
      }
      return new ByteArray(sizes, bytes);
    }

    /** From numpy's state: version, shape, type, column-major or not, elements. */
    private static ByteArray ofState(Object[] state) {
      if (state.length != 5) {
        throw new PickleException("a numpy array's state has " + state.length + " parts, not 5");
      }
      return of(state[1], state[2], !Boolean.TRUE.equals(state[3]), state[4]);
    }
  }

  /** The functions and classes a pickle may name; calling one only makes a plain value. */
  private enum Global {
    RECONSTRUCT("numpy.core.multiarray._reconstruct numpy._core.multiarray._reconstruct") {
      @Override
      Object call(Object[] arguments) {
        return new ByteArray(List.of(0), new byte[0]);
      }
    },
    FROM_BUFFER("numpy.core.numeric._frombuffer numpy._core.numeric._frombuffer") {
      @Override
      Object call(Object[] arguments) {
        return ByteArray.of(arguments[2], arguments[1], "C".equals(arguments[3]), arguments[0]);
      }
    },
    NDARRAY("numpy.ndarray") {
      @Override
      Object call(Object[] arguments) {
        throw new PickleException("it makes a numpy array without elements");
      }
    },
    DTYPE("numpy.dtype") {
      @Override
      Object call(Object[] arguments) {
        String type = text(arguments[0]);
        if (!type.equals("u1") && !type.equals("|u1")) {
          throw new PickleException("a numpy array has elements of type " + type + ", not u1");
        }
        return new ElementType();
      }
    },
    /** How protocol 2 of Python 3 writes bytes: as text to be encoded. */
    ENCODE("_codecs.encode") {
      @Override
      Object call(Object[] arguments) {
        return ((String) arguments[0]).getBytes(ISO_8859_1);
      }
    };

    /** Full names, between spaces: numpy moved its functions from version to version. */
    private final String names;

    Global(String names) {
      this.names = " " + names + " ";
    }

    boolean is(String module, String name) {
      return names.contains(" " + module + "." + name + " ");
    }

    abstract Object call(Object[] arguments);
  }

  /** Knows how much was read and how much is left. */
  private static final class CountingInput extends InputStream {
    private final InputStream in;
    private final long length;
    private long position;

    CountingInput(InputStream in, long length) {
      this.in = in;
      this.length = length;
    }

    long position() {
      return position;
    }

    long remaining() {
      return length - position;
    }

    @Override
    public int read() throws IOException {
      int b = in.read();
      position += b < 0 ? 0 : 1;
      return b;
    }

    @Override
    public int read(byte[] to, int offset, int count) throws IOException {
      int n = in.read(to, offset, count);
      position += Math.max(0, n);
      return n;
    }
  }
}
