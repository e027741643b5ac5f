package io.diptych.evaluate.projection;

import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;

/**
 * Weights between rows, the same in both directions, where there are any.
 *
 * @param from [N + 1], where the edges of each row begin; those of the last end at the last number
 * @param to the other end of each edge, ascending within a row
 * @param weight of each edge
 */
record Graph(int[] from, int[] to, double[] weight) {
  /**
   * Joins what each row thinks of its neighbours.
   *
   * @param weights [N · K], of each neighbour
   * @param join makes one weight of those in both directions, where 0 stands for none; symmetric
   */
  static Graph of(Neighbours neighbours, double[] weights, DoubleBinaryOperator join) {
    int rows = neighbours.rows();
    int each = neighbours.each();
    int[] index = neighbours.index();
    // Every edge is put down at both of its ends: the other end, and where its weight is.
    int[] ends = new int[rows + 1];
    for (int i = 0; i < index.length; i++) {
      ends[i / each + 1]++;
      ends[index[i] + 1]++;
    }
    Arrays.parallelPrefix(ends, Integer::sum);
    long[] entries = new long[2 * index.length];
    int[] at = Arrays.copyOf(ends, rows);
    for (int i = 0; i < index.length; i++) {
      entries[at[i / each]++] = (long) index[i] << Integer.SIZE | i;
      entries[at[index[i]]++] = (long) (i / each) << Integer.SIZE | i;
    }
    int[] from = new int[rows + 1];
    int[] to = new int[entries.length];
    double[] joined = new double[entries.length];
    int edges = 0;
    for (int row = 0; row < rows; row++) {
      Arrays.sort(entries, ends[row], ends[row + 1]);
      for (int e = ends[row]; e < ends[row + 1]; edges++) {
        int other = (int) (entries[e] >>> Integer.SIZE);
        double one = weights[(int) entries[e++]];
        boolean isMutual = e < ends[row + 1] && (int) (entries[e] >>> Integer.SIZE) == other;
        to[edges] = other;
        joined[edges] = join.applyAsDouble(one, isMutual ? weights[(int) entries[e++]] : 0);
      }
      from[row + 1] = edges;
    }
    return new Graph(from, Arrays.copyOf(to, edges), Arrays.copyOf(joined, edges));
  }

  int rows() {
    return from.length - 1;
  }
}
