package io.diptych.weights;

import io.diptych.tensor.DType;
import io.diptych.tensor.Shape;
import io.diptych.tensor.Tensor;
import java.io.IOException;

/** A tensor in a file that is open: what it is, and its values when they are asked for. */
public interface StoredTensor {
  /** Returns the element type. */
  DType dtype();

  /** Returns the shape. */
  Shape shape();

  /**
   * Reads the values, on the processor and row-major.
   *
   * @throws WeightsException if the file is damaged there
   * @throws IOException if it cannot be read
   */
  Tensor read() throws IOException;

  /**
   * Copies the values into a tensor of this shape.
   *
   * @throws WeightsException if the file is damaged there; some of the tensor may be filled then
   * @throws IOException if it cannot be read
   */
  default void readInto(Tensor target) throws IOException {
    try (Tensor value = read()) {
      target.copy_(value);
    }
  }
}
