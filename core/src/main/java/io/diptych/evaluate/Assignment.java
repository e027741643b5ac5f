package io.diptych.evaluate;

import java.util.Arrays;

/**
 * The cheapest assignment of rows to columns by shortest augmenting paths (Jonker and Volgenant, "A
 * shortest augmenting path algorithm for dense and sparse linear assignment problems", Computing
 * 38, 1987): a row at a time, with dual prices that keep all reduced costs at 0 or above.
 */
public final class Assignment {
  private static final int NONE = -1;

  private final double[][] cost;
  private final int rows;
  private final int columns;
  private final double[] rowPrice;
  private final double[] columnPrice;
  private final int[] columnOf;
  private final int[] rowOf;

  private Assignment(double[][] cost) {
    this.cost = cost;
    this.rows = cost.length;
    this.columns = rows == 0 ? 0 : cost[0].length;
    this.rowPrice = new double[rows];
    this.columnPrice = new double[columns];
    this.columnOf = new int[rows];
    this.rowOf = new int[columns];
  }

  /**
   * Finds the assignment whose costs have the smallest sum.
   *
   * @param cost [R][C], finite, R at most C
   * @return for each row its column, all different
   * @throws IllegalArgumentException if rows differ in length, there are more rows than columns, or
   *     a cost is not finite
   */
  public static int[] cheapest(double[][] cost) {
    Assignment assignment = new Assignment(cost);
    assignment.check();
    return assignment.solve();
  }

  private void check() {
    if (rows > columns) {
      throw new IllegalArgumentException(
          "an assignment needs a column for each row, got " + rows + " rows, " + columns);
    }
    for (double[] row : cost) {
      if (row.length != columns) {
        throw new IllegalArgumentException(
            "costs must have rows of one length, got " + columns + " and " + row.length);
      }
      for (double value : row) {
        if (!Double.isFinite(value)) {
          throw new IllegalArgumentException("costs must be finite, one is " + value);
        }
      }
    }
  }

  private int[] solve() {
    Arrays.fill(columnOf, NONE);
    Arrays.fill(rowOf, NONE);
    for (int row = 0; row < rows; row++) {
      augment(row);
    }
    return columnOf;
  }

  /** Gives a row a column along the shortest path to a free one, moving the rows on the way. */
  private void augment(int start) {
    double[] distance = new double[columns];
    int[] from = new int[columns];
    boolean[] done = new boolean[columns];
    Arrays.fill(distance, Double.POSITIVE_INFINITY);
    Arrays.fill(from, NONE);
    double reached = 0;
    int row = start;
    int column;
    do {
      column = NONE;
      for (int j = 0; j < columns; j++) {
        if (done[j]) {
          continue;
        }
        double length = reached + cost[row][j] - rowPrice[row] - columnPrice[j];
        if (length < distance[j]) {
          distance[j] = length;
          from[j] = row;
        }
        if (column == NONE || distance[j] < distance[column]) {
          column = j;
        }
      }
      done[column] = true;
      reached = distance[column];
      row = rowOf[column];
    } while (row != NONE);
    reprice(start, reached, distance, done);
    while (column != NONE) {
      int owner = from[column];
      int before = columnOf[owner];
      columnOf[owner] = column;
      rowOf[column] = owner;
      column = owner == start ? NONE : before;
    }
  }

  private void reprice(int start, double reached, double[] distance, boolean[] done) {
    rowPrice[start] += reached;
    for (int j = 0; j < columns; j++) {
      if (done[j] && rowOf[j] != NONE) {
        rowPrice[rowOf[j]] += reached - distance[j];
      }
      if (done[j]) {
        columnPrice[j] -= reached - distance[j];
      }
    }
  }
}
