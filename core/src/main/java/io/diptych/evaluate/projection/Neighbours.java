package io.diptych.evaluate.projection;

import io.diptych.tensor.DType;
import io.diptych.tensor.Ranked;
import io.diptych.tensor.Tensor;

/**
 * The nearest other rows of each row, exactly, nearest first.
 *
 * @param rows how many there are, N
 * @param each how many neighbours each has, K
 * @param index [N · K], the rows that are near, row after row
 * @param squares [N · K], the squared distances to them
 */
record Neighbours(int rows, int each, int[] index, double[] squares) {
  /** A {@link Graph} puts each neighbour down twice, in one array. */
  private static final int MOST = (Integer.MAX_VALUE - 16) / 2;

  /** Returns how many neighbours each of so many rows may have. */
  static int most(int rows) {
    return MOST / Math.max(1, rows);
  }

  /**
   * Finds them.
   *
   * @param rows floating point [N, F]
   * @param each less than N, and at most {@link #most}
   */
  static Neighbours of(Tensor rows, int each, Steps steps) {
    int count = Math.toIntExact(rows.size(0));
    int[] index = new int[Math.multiplyExact(count, each)];
    double[] squares = new double[index.length];
    Distances.each(
        rows,
        steps,
        (first, block) -> {
          Ranked nearest = block.topk(each, 1, false);
          long[] found = nearest.indices().toLongArray();
          double[] values = nearest.values().to(DType.FLOAT64).toDoubleArray();
          int at = first * each;
          for (int i = 0; i < found.length; i++) {
            index[at + i] = (int) found[i];
            squares[at + i] = values[i];
          }
        });
    return new Neighbours(count, each, index, squares);
  }
}
