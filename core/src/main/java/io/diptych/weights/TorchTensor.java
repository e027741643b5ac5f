package io.diptych.weights;

import io.diptych.tensor.DType;
import io.diptych.tensor.RawMemory;
import io.diptych.tensor.Shape;
import io.diptych.tensor.Tensor;
import java.io.IOException;
import java.util.Arrays;
import net.razorvine.pickle.PickleException;

/** A tensor of a PyTorch file: a view of a storage. */
final class TorchTensor implements StoredTensor {
  private static final int MAX_RANK = 64;

  private final TorchStorage storage;
  private final TorchType type;
  private final long offset;
  private final long[] sizes;
  private final long[] strides;

  /**
   * A view.
   *
   * @param type of its elements, which may be another than the storage's
   * @param offset elements of the storage before its first one
   * @throws PickleException if it reaches beyond the storage
   */
  TorchTensor(TorchStorage storage, TorchType type, long offset, long[] sizes, long[] strides) {
    this.storage = storage;
    this.type = type;
    this.offset = offset;
    this.sizes = sizes;
    this.strides = strides;
    if (sizes.length != strides.length || sizes.length > MAX_RANK) {
      throw wrong("is impossible");
    }
    for (int i = 0; i < sizes.length; i++) {
      if (sizes[i] < 0 || strides[i] < 0) {
        throw wrong("is impossible");
      }
    }
    try {
      long bytes = Math.multiplyExact(storage.elements(), storage.type().bytes());
      long last = Math.addExact(offset, RawMemory.span(sizes, strides));
      // Some dimensions may be repeated without taking memory, but they would when read.
      long read = Math.multiplyExact(Shape.of(sizes).numel(), type.bytes());
      if (offset < 0 || Math.multiplyExact(last, type.bytes()) > bytes || read > bytes) {
        throw wrong("does not fit its storage of " + bytes + " bytes");
      }
    } catch (ArithmeticException e) {
      throw wrong("is impossible");
    }
  }

  private PickleException wrong(String what) {
    return new PickleException(
        "a tensor of shape "
            + Arrays.toString(sizes)
            + " with strides "
            + Arrays.toString(strides)
            + " at element "
            + offset
            + " of "
            + storage.name()
            + " "
            + what);
  }

  @Override
  public DType dtype() {
    DType dtype = type.dtype();
    if (dtype == null) {
      throw new WeightsException(
          storage.file(),
          "a tensor of "
              + storage.name()
              + " has the type "
              + type.dtypeName()
              + ", which is not supported");
    }
    return dtype;
  }

  @Override
  public Shape shape() {
    return Shape.of(sizes);
  }

  @Override
  public Tensor read() throws IOException {
    storage.requirePlaced();
    return RawMemory.read(dtype(), source(), sizes, strides);
  }

  @Override
  public void readInto(Tensor target) throws IOException {
    storage.requirePlaced();
    boolean same = target.dtype() == dtype() && Arrays.equals(strides, RawMemory.rowMajor(sizes));
    if (!same || !RawMemory.fill(target, source())) {
      StoredTensor.super.readInto(target);
    }
  }

  private RawMemory.Part source() {
    long[] at = {offset * type.bytes()};
    return part -> {
      int length = part.remaining();
      storage.read(part, at[0]);
      at[0] += length;
    };
  }
}
