package io.diptych.evaluate.projection;

import io.diptych.tensor.Tensor;

/**
 * Uniform manifold approximation and projection (McInnes, Healy and Melville, 2018): points whose
 * neighbours are those of the rows, in tighter groups than those of t-SNE. Starts from principal
 * components.
 *
 * @param points [2N], x and y of each row in turn
 */
public record Umap(double[] points) {
  /** Rounds of few and of many rows, and how many are few. */
  private static final int LONG = 500;

  private static final int SHORT = 200;
  private static final int FEW = 10_000;

  /** The deviation of the first coordinates at the start. */
  private static final double START = 5;

  /**
   * The largest surroundings for so many rows.
   *
   * @param rows N
   * @return N, or fewer where those of all would be too many
   */
  public static int largestSurroundings(int rows) {
    return Math.min(rows, Neighbours.most(rows));
  }

  /**
   * Makes a map.
   *
   * @param rows floating point [N, F], N at least 3
   * @param neighbours how many rows make the surroundings of each, itself counted, from 2 to {@link
   *     #largestSurroundings}
   * @param minDist how close points may come, from 0 to 1
   * @param seed of the start and of the points that are pushed away
   * @param steps is told before each round
   * @return the map
   * @throws IllegalArgumentException if an argument is out of range or a feature is not finite
   */
  public static Umap of(Tensor rows, int neighbours, double minDist, long seed, Steps steps) {
    int count = Rows.require(rows, 3);
    if (neighbours < 2 || neighbours > largestSurroundings(count)) {
      throw new IllegalArgumentException(
          "neighbours must be from 2 to "
              + largestSurroundings(count)
              + " for "
              + count
              + " rows, was "
              + neighbours);
    }
    if (!(minDist >= 0 && minDist <= 1)) {
      throw new IllegalArgumentException("min_dist must be from 0 to 1, was " + minDist);
    }
    int rounds = count <= FEW ? LONG : SHORT;
    Steps before = (done, of) -> steps.at(0, rounds);
    Graph graph = Memberships.of(Neighbours.of(rows, neighbours - 1, before));
    double[] points = Start.of(rows, START, seed, before);
    new UmapDescent(graph, Nearness.fit(minDist), rounds, seed).run(points, steps);
    return new Umap(points);
  }
}
