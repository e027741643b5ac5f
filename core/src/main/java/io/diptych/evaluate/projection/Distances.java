package io.diptych.evaluate.projection;

import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;

/** Squared distances of rows to all other rows, as many at a time as fit into memory. */
final class Distances {
  private static final long BLOCK = 1L << 21;

  private Distances() {}

  /** Works on a part of the matrix of squared distances. */
  interface Block {
    /**
     * Called with the scope of the block open.
     *
     * @param first the row of the matrix that is the first one here
     * @param squares [B, N], infinite between a row and itself
     */
    void run(int first, Tensor squares);
  }

  /**
   * Visits all rows of the matrix, in order.
   *
   * @param rows floating point [N, F]; the distances have its precision
   */
  static void each(Tensor rows, Steps steps, Block work) {
    int count = Math.toIntExact(rows.size(0));
    int step = (int) Math.max(1, BLOCK / count);
    try (Scope scope = Scope.open()) {
      // Distances do not change with the origin, but lose fewer digits around the centre.
      Tensor centred = rows.sub(rows.meanKeep(0));
      Tensor lengths = centred.square().sumKeep(1);
      for (int first = 0; first < count; first += step) {
        steps.at(first, count);
        long length = Math.min(step, count - first);
        try (Scope block = Scope.open()) {
          Tensor squares =
              centred
                  .narrow(0, first, length)
                  .matmul(centred.t())
                  .mul_(-2)
                  .add_(lengths.narrow(0, first, length))
                  .add_(lengths.t())
                  .relu_(); // what rounding leaves below 0
          squares.narrow(1, first, length).diagonal().fill_(Double.POSITIVE_INFINITY);
          work.run(first, squares);
        }
      }
    }
  }

  /** Returns points of a map as rows [N, 2]: float64, as their distances span magnitudes. */
  static Tensor rows(double[] points) {
    return Tensor.of(points, points.length / 2, 2);
  }
}
