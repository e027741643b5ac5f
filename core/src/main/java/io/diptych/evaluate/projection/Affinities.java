package io.diptych.evaluate.projection;

import io.diptych.tensor.Workers;

/**
 * How near rows are as t-SNE has it: p(j|i) falls with the squared distance as a Gaussian whose
 * width makes the perplexity of each row the wanted one, and p(ij) = (p(j|i) + p(i|j)) / 2N (van
 * der Maaten and Hinton, "Visualizing data using t-SNE", JMLR 9, 2008, section 2; only between
 * neighbours: van der Maaten, "Accelerating t-SNE using tree-based algorithms", JMLR 15, 2014,
 * section 4.1).
 */
final class Affinities {
  /** Neighbours that count, for each unit of perplexity. */
  static final int REACH = 3;

  private static final double TOLERANCE = 1e-5;
  private static final int TRIES = 100;

  private Affinities() {}

  /**
   * Returns p(ij), of sum 1.
   *
   * @param perplexity less than the number of neighbours
   */
  static Graph of(Neighbours neighbours, double perplexity) {
    double[] conditional = conditional(neighbours, perplexity);
    double share = 1.0 / (2.0 * neighbours.rows());
    return Graph.of(neighbours, conditional, (one, other) -> (one + other) * share);
  }

  /** Returns p(j|i) [N · K], of sum 1 for each row. */
  static double[] conditional(Neighbours neighbours, double perplexity) {
    int each = neighbours.each();
    double entropy = Math.log(perplexity);
    double[] all = new double[neighbours.squares().length];
    Workers.each(
        neighbours.rows(),
        () -> {
          double[] squares = new double[each];
          double[] row = new double[each];
          return i -> {
            System.arraycopy(neighbours.squares(), i * each, squares, 0, each);
            search(squares, entropy, row);
            System.arraycopy(row, 0, all, i * each, each);
          };
        });
    return all;
  }

  /** Finds the precision of the Gaussian whose entropy is the wanted one, by bisection. */
  private static void search(double[] squares, double wanted, double[] row) {
    double low = 0;
    double high = Double.POSITIVE_INFINITY;
    double precision = 1;
    for (int attempt = 0; attempt < TRIES; attempt++) {
      double excess = gaussian(squares, precision, row) - wanted;
      if (Math.abs(excess) <= TOLERANCE) {
        return;
      }
      if (excess > 0) {
        low = precision;
        precision = high == Double.POSITIVE_INFINITY ? 2 * precision : (low + high) / 2;
      } else {
        high = precision;
        precision = (low + high) / 2;
      }
    }
  }

  /** Fills a row with the probabilities and returns their entropy. */
  private static double gaussian(double[] squares, double precision, double[] row) {
    double nearest = squares[0];
    double sum = 0;
    double mean = 0;
    for (int j = 0; j < row.length; j++) {
      // Relative to the nearest, as all may be so far that their probabilities vanish.
      double further = squares[j] - nearest;
      row[j] = Math.exp(-precision * further);
      sum += row[j];
      mean += row[j] * further;
    }
    for (int j = 0; j < row.length; j++) {
      row[j] /= sum;
    }
    return Math.log(sum) + precision * mean / sum;
  }
}
