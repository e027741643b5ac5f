package io.diptych.evaluate.projection;

import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;

/** Squared distances of rows to all other rows, as many at a time as fit into memory. */
final class Distances {
  private static final long BLOCK = 1L << 23;

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
      Tensor squares = centred.square().sumKeep(1);
      Tensor columns = Tensor.arange(count, rows.device());
      for (int first = 0; first < count; first += step) {
        steps.at(first, count);
        long length = Math.min(step, count - first);
        try (Scope block = Scope.open()) {
          Tensor products = centred.narrow(0, first, length).matmul(centred.t());
          Tensor sums = squares.narrow(0, first, length).add(squares.t());
          Tensor itself = columns.eq(columns.narrow(0, first, length).unsqueeze(1));
          work.run(
              first,
              sums.sub(products.mul(2))
                  .clamp(0, Double.POSITIVE_INFINITY)
                  .maskedFill(itself, Double.POSITIVE_INFINITY));
        }
      }
    }
  }

  /** Returns points of a map as rows [N, 2]: float64, as their distances span magnitudes. */
  static Tensor rows(double[] points) {
    return Tensor.of(points, points.length / 2, 2);
  }
}
