package io.diptych.evaluate.projection;

import java.util.Arrays;

/**
 * How near rows are as UMAP has it: neighbour j of row i belongs to its surroundings to the degree
 * exp(−max(0, d(i, j) − ρ(i)) / σ(i)), where ρ is the distance to the nearest row that is not
 * equal, and σ makes the degrees add up to log₂ of the number of neighbours, the row itself counted
 * (McInnes, Healy and Melville, "UMAP: uniform manifold approximation and projection for dimension
 * reduction", 2018, algorithm 3).
 */
final class Memberships {
  private static final double TOLERANCE = 1e-5;
  private static final int TRIES = 64;

  /** The least σ, as a part of the mean distance. */
  private static final double LEAST = 1e-3;

  private Memberships() {}

  /** Returns what belongs to either of two rows: a + b − a·b. */
  static Graph of(Neighbours neighbours) {
    return Graph.of(neighbours, degrees(neighbours), (one, other) -> one + other - one * other);
  }

  /** Returns the degrees [N · K]. */
  static double[] degrees(Neighbours neighbours) {
    int each = neighbours.each();
    double[] degrees = new double[neighbours.squares().length];
    double[] distances = Arrays.stream(neighbours.squares()).map(Math::sqrt).toArray();
    double overall = Arrays.stream(distances).sum() / (neighbours.rows() * (each + 1.0));
    Pieces.each(
        neighbours.rows(), i -> search(distances, i * each, (i + 1) * each, overall, degrees));
    return degrees;
  }

  /** Finds σ of one row by bisection. */
  private static void search(
      double[] distances, int first, int end, double overall, double[] degrees) {
    double nearest = 0;
    double mean = 0;
    for (int e = end - 1; e >= first; e--) {
      mean += distances[e] / (end - first + 1);
      nearest = distances[e] > 0 ? distances[e] : nearest;
    }
    double wanted = Math.log(end - first + 1.0) / Math.log(2);
    double low = 0;
    double high = Double.POSITIVE_INFINITY;
    double sigma = 1;
    for (int attempt = 0; attempt < TRIES; attempt++) {
      double excess = fill(distances, first, end, nearest, sigma, degrees) - wanted;
      if (Math.abs(excess) < TOLERANCE) {
        break;
      }
      if (excess > 0) {
        high = sigma;
        sigma = (low + high) / 2;
      } else {
        low = sigma;
        sigma = high == Double.POSITIVE_INFINITY ? 2 * sigma : (low + high) / 2;
      }
    }
    double least = LEAST * (nearest > 0 ? mean : overall);
    if (sigma < least) {
      fill(distances, first, end, nearest, least, degrees);
    }
  }

  private static double fill(
      double[] distances, int first, int end, double nearest, double sigma, double[] degrees) {
    double sum = 0;
    for (int e = first; e < end; e++) {
      double further = distances[e] - nearest;
      degrees[e] = further > 0 ? Math.exp(-further / sigma) : 1;
      sum += degrees[e];
    }
    return sum;
  }
}
