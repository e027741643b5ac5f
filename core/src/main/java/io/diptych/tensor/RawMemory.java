package io.diptych.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.global.torch.MemoryFormat;

/**
 * The memory of tensors as files hold it: little-endian, row-major, part after part, so that a
 * tensor may be larger than an array and is nowhere held twice.
 */
public final class RawMemory {
  private static final long PART = 1 << 24;

  private RawMemory() {}

  /** Takes or gives the next bytes of a tensor. */
  @FunctionalInterface
  public interface Part {
    /** Fills the buffer, or empties it. */
    void accept(ByteBuffer bytes) throws IOException;
  }

  /**
   * Makes a tensor on the processor.
   *
   * @param source fills each buffer it is given
   * @param sizes of the tensor
   * @throws IOException if the source does
   */
  public static Tensor read(DType dtype, Part source, long... sizes) throws IOException {
    Tensor tensor = Tensor.empty(dtype, Device.CPU, sizes);
    try {
      each(tensor, source);
      return tensor;
    } catch (IOException | RuntimeException e) {
      tensor.close();
      throw e;
    }
  }

  /**
   * Fills a tensor that is there, if its memory is laid out as a file's is.
   *
   * @param source fills each buffer it is given
   * @return whether it is: row-major, on the processor
   * @throws IOException if the source does; some of the tensor may be filled then
   */
  public static boolean fill(Tensor tensor, Part source) throws IOException {
    boolean asInFiles = tensor.handle().is_cpu() && tensor.handle().is_contiguous();
    if (asInFiles) {
      each(tensor, source);
    }
    return asInFiles;
  }

  /**
   * Makes a row-major tensor on the processor out of memory that is laid out otherwise.
   *
   * @param source fills each buffer it is given, from the first element on
   * @param sizes of the tensor
   * @param strides elements from one index of a dimension to the next, none negative
   * @throws IOException if the source does
   */
  public static Tensor read(DType dtype, Part source, long[] sizes, long[] strides)
      throws IOException {
    if (Arrays.equals(strides, rowMajor(sizes)) || Shape.of(sizes).numel() == 0) {
      return read(dtype, source, sizes);
    }
    try (Tensor span = read(dtype, source, span(sizes, strides))) {
      return Native.call(
          "as_strided",
          () -> {
            try (org.bytedeco.pytorch.Tensor view = span.handle().as_strided(sizes, strides);
                MemoryFormatOptional rows = new MemoryFormatOptional(MemoryFormat.Contiguous)) {
              return view.clone(rows);
            }
          });
    }
  }

  /**
   * Gives the memory of a tensor away.
   *
   * @param target empties each buffer it is given
   * @throws IOException if the target does
   */
  public static void write(Tensor tensor, Part target) throws IOException {
    try (Tensor local = tensor.detach().to(Device.CPU);
        Tensor rows = local.contiguous()) {
      each(rows, target);
    }
  }

  /**
   * Copies rows of a contiguous uint8 tensor on the processor out of it: what has one index of the
   * first dimension. Several threads may do so with one tensor.
   *
   * @param rows their numbers
   * @param from place of the first one in {@code rows}
   * @param count how many
   * @param target what to fill with one row after the other
   */
  public static void readRows(Tensor tensor, long[] rows, int from, int count, byte[] target) {
    requirePart(tensor, DType.UINT8, 0, 0);
    long all = tensor.size(0);
    int size = (int) (tensor.numel() / Math.max(1, all));
    try (BytePointer source = new BytePointer(tensor.handle().data_ptr())) {
      for (int i = 0; i < count; i++) {
        long row = Objects.checkIndex(rows[from + i], all);
        source.position(row * size).get(target, i * size, size);
      }
    }
  }

  /**
   * Sets a part of a contiguous uint8 tensor on the processor. Several threads may set different
   * parts of one tensor.
   *
   * @param first the first element
   * @param source values, from its start
   * @param count how many elements
   */
  public static void put(Tensor tensor, long first, byte[] source, int count) {
    requirePart(tensor, DType.UINT8, first, count);
    try (BytePointer target = new BytePointer(tensor.handle().data_ptr())) {
      target.position(first).put(source, 0, count);
    }
  }

  /** Sets a part of a contiguous float32 tensor, as the other one does of a uint8 one. */
  public static void put(Tensor tensor, long first, float[] source, int count) {
    requirePart(tensor, DType.FLOAT32, first, count);
    try (FloatPointer target = new FloatPointer(tensor.handle().data_ptr())) {
      target.position(first).put(source, 0, count);
    }
  }

  private static void requirePart(Tensor tensor, DType dtype, long first, int count) {
    if (tensor.dtype() != dtype || !tensor.handle().is_cpu() || !tensor.handle().is_contiguous()) {
      throw new IllegalArgumentException(
          "not a contiguous " + dtype + " tensor on the processor: " + tensor);
    }
    if (first < 0 || count < 0 || first + count > tensor.numel()) {
      throw new IllegalArgumentException(
          count + " elements from " + first + " on are not all of a tensor " + tensor.shape());
    }
  }

  /** Returns how many elements lie between the first and the last one, both included. */
  public static long span(long[] sizes, long[] strides) {
    long last = 0;
    for (int i = 0; i < sizes.length; i++) {
      if (sizes[i] == 0) {
        return 0;
      }
      last = Math.addExact(last, Math.multiplyExact(sizes[i] - 1, strides[i]));
    }
    return Math.addExact(last, 1);
  }

  /** Returns the strides of a row-major tensor. */
  public static long[] rowMajor(long... sizes) {
    long[] strides = new long[sizes.length];
    long stride = 1;
    for (int i = sizes.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride = Math.multiplyExact(stride, Math.max(1, sizes[i]));
    }
    return strides;
  }

  private static void each(Tensor tensor, Part part) throws IOException {
    long bytes = tensor.numel() * tensor.dtype().bytes();
    if (bytes == 0) {
      return; // An empty tensor has no memory.
    }
    try (BytePointer memory = new BytePointer(tensor.handle().data_ptr())) {
      for (long at = 0; at < bytes; at += PART) {
        memory.position(at).limit(Math.min(bytes, at + PART));
        // A buffer of the part alone: protobuf writes all of a buffer, whatever its position.
        part.accept(memory.asByteBuffer().slice().order(ByteOrder.LITTLE_ENDIAN));
      }
    }
  }
}
