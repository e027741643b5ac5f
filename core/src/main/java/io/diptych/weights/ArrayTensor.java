package io.diptych.weights;

import io.diptych.pickle.NumpyArray;
import io.diptych.tensor.DType;
import io.diptych.tensor.Shape;
import io.diptych.tensor.Tensor;
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
  public Tensor read() {
    return Tensor.ofBytes(dtype(), array.bytes(), shape().sizes());
  }
}
