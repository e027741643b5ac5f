package io.diptych.evaluate.projection;

import io.diptych.tensor.DType;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;

/**
 * Whether points that are near on a map stand for rows that are near: 1 − 2 / (N k (2N − 3k − 1)) ·
 * Σ max(0, r(i, j) − k) over the k nearest points j of each point i, where row j is the r-th
 * nearest of row i (Venna and Kaski, "Neighborhood preservation in nonlinear projection methods",
 * ICANN 2001).
 */
public final class Trustworthiness {
  /** How many neighbours are looked at where nothing else is said. */
  public static final int NEIGHBOURS = 5;

  private Trustworthiness() {}

  /**
   * Judges a map.
   *
   * @param rows floating point [N, F]
   * @param points [2N], x and y of each row's point in turn
   * @param neighbours k, from 1 to less than N / 2
   * @param steps is told before each step
   * @return from 0 to 1, the largest where the neighbours on the map are the right ones
   * @throws IllegalArgumentException if there is not one point for each row, or k is out of range
   */
  public static double of(Tensor rows, double[] points, int neighbours, Steps steps) {
    int count = Rows.require(rows, 2);
    if (points.length != 2 * count) {
      throw new IllegalArgumentException(
          "a map of " + count + " rows has " + 2 * count + " numbers, got " + points.length);
    }
    if (neighbours < 1 || 2 * neighbours >= count) {
      throw new IllegalArgumentException(
          "neighbours must be at least 1 and less than half of the "
              + count
              + " rows, was "
              + neighbours);
    }
    try (Scope scope = Scope.open()) {
      int[] index =
          Neighbours.of(Distances.rows(points), neighbours, (done, of) -> steps.at(done / 2, of))
              .index();
      Tensor near = Tensor.of(index, count, neighbours).to(DType.INT64).to(rows.device());
      double[] penalty = new double[1];
      Distances.each(
          rows,
          (done, of) -> steps.at(of / 2 + done / 2, of),
          (first, squares) ->
              penalty[0] += penalty(squares, near.narrow(0, first, squares.size(0)), neighbours));
      double worst = (double) count * neighbours * (2.0 * count - 3.0 * neighbours - 1);
      return 1 - 2 * penalty[0] / worst;
    }
  }

  /** Returns by how much the ranks [B, N] of the near [B, K] exceed k, in sum. */
  private static double penalty(Tensor squares, Tensor near, int neighbours) {
    double sum = 0;
    for (int k = 0; k < neighbours; k++) {
      try (Scope scope = Scope.open()) {
        Tensor distance = squares.gather(1, near.narrow(1, k, 1));
        Tensor nearer = squares.lt(distance).to(DType.INT64).sum(1);
        // Of rank 1 is the row that none is nearer than.
        sum += nearer.add(1.0 - neighbours).clamp(0, Double.POSITIVE_INFINITY).sum().item();
      }
    }
    return sum;
  }
}
