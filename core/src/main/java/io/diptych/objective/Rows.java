package io.diptych.objective;

import io.diptych.tensor.Shape;
import io.diptych.tensor.Tensor;

/** Checks of matrices whose rows are samples. */
final class Rows {
  private Rows() {}

  /** Returns the number of rows of a matrix that needs two, as for a variance. */
  static long severalOf(String what, Tensor z) {
    if (z.rank() != 2 || z.size(0) < 2) {
      throw new IllegalArgumentException(
          what + " needs a matrix [N, D] of at least two rows, got " + z.shape());
    }
    return z.size(0);
  }

  /** Returns the common number of rows. */
  static long same(String what, Tensor a, Tensor b) {
    Shape first = a.shape();
    Shape second = b.shape();
    if (first.rank() != 2 || !first.equals(second)) {
      throw new IllegalArgumentException(
          what + " needs two matrices [N, D] of one shape, got " + first + " and " + second);
    }
    if (first.size(0) == 0) {
      throw new IllegalArgumentException(what + " needs at least one row, got " + first);
    }
    return first.size(0);
  }
}
