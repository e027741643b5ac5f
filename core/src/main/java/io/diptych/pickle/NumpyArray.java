package io.diptych.pickle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.diptych.pickle.PlainUnpickler.Place;
import java.util.Arrays;
import java.util.List;
import net.razorvine.pickle.PickleException;
import org.jspecify.annotations.Nullable;

/** A numpy array in row-major order, little-endian where its elements have several bytes. */
public final class NumpyArray implements Buildable {
  /** The words that make numpy arrays. */
  public static final Vocabulary VOCABULARY =
      Vocabulary.PLAIN
          .with(
              "numpy.core.multiarray._reconstruct numpy._core.multiarray._reconstruct",
              arguments -> new NumpyArray())
          .with(
              "numpy.core.numeric._frombuffer numpy._core.numeric._frombuffer",
              arguments -> {
                NumpyArray array = new NumpyArray();
                array.fill(arguments[2], arguments[1], "C".equals(arguments[3]), arguments[0]);
                return array;
              })
          .with(
              "numpy.core.multiarray.scalar numpy._core.multiarray.scalar",
              arguments -> {
                NumpyArray array = new NumpyArray();
                array.fill(new Object[0], arguments[0], true, arguments[1]);
                return array;
              })
          .with(
              "numpy.ndarray",
              arguments -> {
                throw new PickleException("it makes a numpy array without elements");
              })
          .with("numpy.dtype", arguments -> new ElementType(PlainUnpickler.text(arguments[0])))
          // How protocol 2 of Python 3 writes bytes: as text to be encoded.
          .with("_codecs.encode", arguments -> ((String) arguments[0]).getBytes(ISO_8859_1));

  private List<Integer> shape = List.of(0);
  private ElementType type = new ElementType("u1");
  private byte[] bytes = new byte[0];
  private @Nullable Place place;

  private NumpyArray() {}

  /** Returns the sizes of its dimensions. */
  public List<Integer> shape() {
    return shape;
  }

  /**
   * Returns the kind of its elements and their bytes, such as {@code f4}, {@code i8}, {@code u1}.
   */
  public String type() {
    return type.name;
  }

  /** Returns the memory of its elements, not copied; empty if they were {@link #place left}. */
  public byte[] bytes() {
    return bytes;
  }

  /** Returns where its elements were left, or null if they were read. */
  public @Nullable Place place() {
    return place;
  }

  @Override
  public void build(Object state) {
    // Version, shape, type, column-major or not, elements.
    Object[] parts = (Object[]) state;
    if (parts.length != 5) {
      throw new PickleException("a numpy array's state has " + parts.length + " parts, not 5");
    }
    fill(parts[1], parts[2], !Boolean.TRUE.equals(parts[3]), parts[4]);
  }

  private void fill(Object shape, Object elements, boolean rowMajor, Object data) {
    if (!(elements instanceof ElementType known) || !rowMajor) {
      throw new PickleException("a numpy array is not in row-major order");
    }
    if (known.bigEndian) {
      throw new PickleException("a numpy array is big-endian");
    }
    List<Integer> sizes =
        Arrays.stream((Object[]) shape)
            .map(n -> Math.toIntExact(((Number) n).longValue()))
            .toList();
    Place left = data instanceof Place p ? p : null;
    byte[] memory =
        left != null
            ? new byte[0]
            : data instanceof byte[] b ? b : ((String) data).getBytes(ISO_8859_1);
    long length = left == null ? memory.length : left.length();
    long expected = known.bytes();
    for (int size : sizes) {
      if (size < 0) {
        throw new PickleException("a numpy array has the impossible shape " + sizes);
      }
      expected = Math.multiplyExact(expected, (long) size);
    }
    if (expected != length) {
      throw new PickleException("a numpy array of shape " + sizes + " has " + length + " bytes");
    }
    this.shape = sizes;
    this.type = known;
    this.bytes = memory;
    this.place = left;
  }

  /** What the elements of an array are. */
  private static final class ElementType implements Buildable {
    private final String name;
    private boolean bigEndian;

    ElementType(String name) {
      this.name = name.startsWith("|") || name.startsWith("<") ? name.substring(1) : name;
      if (!this.name.matches("f[248]|[iu][1248]|b1")) {
        throw new PickleException(
            "a numpy array has elements of type " + name + ", which is refused");
      }
    }

    int bytes() {
      return name.charAt(1) - '0';
    }

    @Override
    public void build(Object state) {
      bigEndian = ">".equals(((Object[]) state)[1]);
    }
  }
}
