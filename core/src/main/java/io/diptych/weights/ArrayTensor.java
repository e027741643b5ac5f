package io.diptych.weights;

import io.diptych.pickle.NumpyArray;
import io.diptych.pickle.PlainUnpickler.Place;
import io.diptych.tensor.DType;
import io.diptych.tensor.RawMemory;
import io.diptych.tensor.Shape;
import io.diptych.tensor.Tensor;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * A numpy array of a pickle as a tensor.
 *
 * @param file where it comes from
 * @param array the array
 */
record ArrayTensor(Path file, NumpyArray array) implements StoredTensor {
  @Override
  public DType dtype() {
    return switch (array.type()) {
      case "f8" -> DType.FLOAT64;
      case "f4" -> DType.FLOAT32;
      case "f2" -> DType.FLOAT16;
      case "i8" -> DType.INT64;
      case "i4" -> DType.INT32;
      case "i2" -> DType.INT16;
      case "i1" -> DType.INT8;
      case "u1" -> DType.UINT8;
      case "b1" -> DType.BOOL;
      default ->
          throw new WeightsException(
              file, "a numpy array has the type " + array.type() + ", which is not supported");
    };
  }

  @Override
  public Shape shape() {
    return Shape.of(array.shape().stream().mapToLong(Integer::longValue).toArray());
  }

  @Override
  public Tensor read() throws IOException {
    Place place = array.place();
    if (place == null) {
      return Tensor.ofBytes(dtype(), array.bytes(), shape().sizes());
    }
    try (FileChannel channel = at(place)) {
      return RawMemory.read(dtype(), part -> fill(part, channel), shape().sizes());
    }
  }

  @Override
  public void readInto(Tensor target) throws IOException {
    Place place = array.place();
    if (place == null || target.dtype() != dtype()) {
      StoredTensor.super.readInto(target);
      return;
    }
    try (FileChannel channel = at(place)) {
      if (!RawMemory.fill(target, part -> fill(part, channel))) {
        StoredTensor.super.readInto(target);
      }
    }
  }

  private FileChannel at(Place place) throws IOException {
    FileChannel channel = FileChannel.open(file);
    return channel.position(place.position());
  }

  private void fill(ByteBuffer part, FileChannel channel) throws IOException {
    while (part.hasRemaining()) {
      if (channel.read(part) < 0) {
        throw new EOFException(file + ": ends at byte " + channel.position());
      }
    }
  }
}
