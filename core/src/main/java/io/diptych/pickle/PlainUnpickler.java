package io.diptych.pickle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import net.razorvine.pickle.Opcodes;
import net.razorvine.pickle.PickleException;
import net.razorvine.pickle.PickleUtils;
import net.razorvine.pickle.Unpickler;
import org.jspecify.annotations.Nullable;

/**
 * Reads pickles of plain values: dictionaries (as {@link Map}, in order), lists, tuples (as {@code
 * Object[]}), strings, bytes, numbers, and what the words of a {@link Vocabulary} make. Every other
 * instruction is refused before it does anything, so a hostile file can neither run code nor, as
 * lengths are checked against what is left of the file and instructions are counted, exhaust
 * memory. Byte strings of Python 2 longer than 255 bytes come as {@code byte[]}, shorter ones as a
 * string of Latin-1 characters. Byte strings may be left in the file and come as {@link Place}s.
 */
public final class PlainUnpickler extends Unpickler {
  /** Each makes one small object at most. */
  private static final int MAX_INSTRUCTIONS = 5_000_000;

  private static final int MAX_DIGITS = 100;

  private final CountingInput counted;
  private final Vocabulary vocabulary;
  private final @Nullable References references;
  private final long longest;
  private int instructions;

  /**
   * A byte string that was passed over.
   *
   * @param position of its first byte among those that are read
   * @param length how many bytes it has
   */
  public record Place(long position, long length) {}

  /** Finds what a pickle refers to outside itself. */
  @FunctionalInterface
  public interface References {
    /** Returns the value; a wrong identifier may end in any exception. */
    Object find(Object identifier);
  }

  /**
   * A function or class that a pickle named.
   *
   * @param name its full name
   * @param maker what calling it makes
   */
  public record Word(String name, Vocabulary.Maker maker) {}

  /**
   * Reads pickles that follow each other.
   *
   * @param in their bytes
   * @param length how many there are at most
   * @param vocabulary what they may name
   * @param references what they may refer to, or null if to nothing
   */
  public PlainUnpickler(
      InputStream in, long length, Vocabulary vocabulary, @Nullable References references) {
    this(in, length, vocabulary, references, Long.MAX_VALUE);
  }

  /**
   * Reads pickles that follow each other, passing long byte strings over.
   *
   * @param in their bytes
   * @param length how many there are at most
   * @param vocabulary what they may name
   * @param references what they may refer to, or null if to nothing
   * @param longest byte strings that are longer come as {@link Place}s
   */
  public PlainUnpickler(
      InputStream in,
      long length,
      Vocabulary vocabulary,
      @Nullable References references,
      long longest) {
    this.longest = longest;
    this.counted = new CountingInput(in, length);
    this.vocabulary = vocabulary;
    this.references = references;
  }

  /**
   * Reads the next pickle.
   *
   * @throws UnreadablePickleException if it is damaged, or asks for something which is refused
   */
  public @Nullable Object next() {
    instructions = 0;
    memo.clear();
    try {
      return load(counted);
    } catch (IOException e) {
      String reason = e instanceof EOFException ? "it ends early, so it is incomplete" : null;
      throw damaged(reason == null ? e.getMessage() : reason, e);
    } catch (RuntimeException e) {
      // The library meets nonsense with whatever exception its stack or a cast throws.
      String reason = e instanceof PickleException ? e.getMessage() : null;
      throw damaged(reason == null ? "it makes no sense" : reason, e);
    }
  }

  /** Returns how many bytes were read. */
  public long position() {
    return counted.position();
  }

  private UnreadablePickleException damaged(@Nullable String reason, Exception cause) {
    return new UnreadablePickleException(
        counted.position(), Objects.toString(reason, "it cannot be read"), cause);
  }

  @Override
  protected Object dispatch(short key) throws IOException {
    if (++instructions > MAX_INSTRUCTIONS) {
      throw new PickleException("it has more than " + MAX_INSTRUCTIONS + " instructions");
    }
    switch (key) {
      case Opcodes.GLOBAL ->
          stack.add(word(PickleUtils.readline(input), PickleUtils.readline(input)));
      case Opcodes.STACK_GLOBAL -> {
        Object name = stack.pop();
        stack.add(word((String) stack.pop(), (String) name));
      }
      case Opcodes.REDUCE, Opcodes.NEWOBJ -> {
        Object[] arguments = (Object[]) stack.pop();
        stack.add(((Word) stack.pop()).maker().make(arguments));
      }
      case Opcodes.BUILD -> {
        Object state = stack.pop();
        if (!(stack.peek() instanceof Buildable buildable)) {
          throw new PickleException("an object is given a state");
        }
        buildable.build(state);
      }
      case Opcodes.BINPERSID -> {
        if (references == null) {
          throw new PickleException("it refers to something outside itself");
        }
        stack.add(references.find(stack.pop()));
      }
      case Opcodes.INT -> stack.add(integer(PickleUtils.readline(input)));
      case Opcodes.LONG -> {
        String digits = PickleUtils.readline(input);
        stack.add(
            integer(digits.endsWith("L") ? digits.substring(0, digits.length() - 1) : digits));
      }
      case Opcodes.BINSTRING, Opcodes.BINBYTES -> stack.add(bytesOrPlace(uint32()));
      case Opcodes.BINBYTES8, Opcodes.BYTEARRAY8 -> stack.add(bytesOrPlace(uint64()));
      case Opcodes.BINUNICODE -> stack.add(new String(bytes(uint32()), UTF_8));
      case Opcodes.BINUNICODE8 -> stack.add(new String(bytes(uint64()), UTF_8));
      case Opcodes.SETITEM -> {
        Object value = stack.pop();
        Object name = stack.pop();
        dictionary(stack.peek()).put(key(name), value);
      }
      case Opcodes.SETITEMS -> {
        List<Object> items = stack.pop_all_since_marker();
        putAll(dictionary(stack.peek()), items);
      }
      case Opcodes.DICT -> {
        Map<Object, Object> made = new LinkedHashMap<>();
        putAll(made, stack.pop_all_since_marker());
        stack.add(made);
      }
      case Opcodes.EMPTY_DICT -> stack.add(new LinkedHashMap<>());
      case Opcodes.MARK,
          Opcodes.STOP,
          Opcodes.POP,
          Opcodes.POP_MARK,
          Opcodes.DUP,
          Opcodes.NONE,
          Opcodes.NEWTRUE,
          Opcodes.NEWFALSE,
          Opcodes.BININT,
          Opcodes.BININT1,
          Opcodes.BININT2,
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

  private Word word(String module, String name) {
    String full = module + "." + name;
    Vocabulary.Maker maker = vocabulary.find(full);
    if (maker == null) {
      throw new PickleException("it asks for " + full + ", which is refused");
    }
    return new Word(full, maker);
  }

  private static void putAll(Map<Object, Object> map, List<Object> items) {
    for (int i = 0; i < items.size(); i += 2) {
      map.put(key(items.get(i)), items.get(i + 1));
    }
  }

  @SuppressWarnings("unchecked") // every map on the stack was made by this class or a vocabulary
  static Map<Object, Object> dictionary(Object value) {
    return (Map<Object, Object>) value;
  }

  /** Keys must be plain: hashing a nest of lists could take for ever. */
  static @Nullable Object key(@Nullable Object value) {
    return value == null
            || value instanceof Number
            || value instanceof Boolean
            || value instanceof Object[]
        ? value
        : text(value);
  }

  static String text(@Nullable Object value) {
    if (value instanceof byte[] bytes) {
      return new String(bytes, ISO_8859_1);
    }
    if (value instanceof String string) {
      return string;
    }
    throw new PickleException("a dictionary's key is no string, number or tuple");
  }

  /** Truth values are integers with a leading zero in protocol 0. */
  private static Object integer(String digits) {
    if (digits.equals("00") || digits.equals("01")) {
      return digits.equals("01");
    }
    if (digits.length() > MAX_DIGITS) {
      throw new PickleException("it has a number of " + digits.length() + " digits");
    }
    return PickleUtils.optimizeBigint(new BigInteger(digits));
  }

  private Object bytesOrPlace(long length) throws IOException {
    if (length <= longest) {
      return bytes(length);
    }
    requireLeft(length);
    Place place = new Place(counted.position(), length);
    counted.skipNBytes(length);
    return place;
  }

  private byte[] bytes(long length) throws IOException {
    requireLeft(length);
    return counted.readNBytes((int) length);
  }

  private void requireLeft(long length) {
    if (length < 0 || length > counted.remaining()) {
      throw new PickleException(
          "it announces " + length + " bytes where " + counted.remaining() + " are left");
    }
  }

  private long uint32() throws IOException {
    return PickleUtils.bytes_to_uint(PickleUtils.readbytes(input, 4), 0);
  }

  private long uint64() throws IOException {
    return PickleUtils.bytes_to_long(PickleUtils.readbytes(input, 8), 0);
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

    @Override
    public long skip(long count) throws IOException {
      long n = in.skip(count);
      position += n;
      return n;
    }
  }
}
