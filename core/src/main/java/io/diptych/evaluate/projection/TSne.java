package io.diptych.evaluate.projection;

import io.diptych.tensor.Tensor;

/**
 * t-distributed stochastic neighbour embedding (van der Maaten and Hinton, "Visualizing data using
 * t-SNE", JMLR 9, 2008) in its Barnes–Hut form (van der Maaten, JMLR 15, 2014): points whose
 * neighbours are those of the rows. Distances between groups that are far apart mean little.
 *
 * <p>It starts from principal components (Kobak and Berens, "The art of using t-SNE for single-cell
 * transcriptomics", Nature Communications 10, 2019) and learns at the rate N / 12 of Belkina et al.
 * ("Automated optimized parameters for T-distributed stochastic neighbor embedding", ibid.), or 50
 * if that is more. The result does not depend on the number of threads.
 *
 * @param points [2N], x and y of each row in turn, around the origin
 * @param divergence of the rows' affinities from those of the points, at least 0
 */
public record TSne(double[] points, double divergence) {
  private static final double EXAGGERATION = 12;

  /** Rounds with exaggeration, unless a quarter of all rounds is less. */
  private static final int EARLY = 250;

  private static final double EARLY_MOMENTUM = 0.5;
  private static final double MOMENTUM = 0.8;

  /** The gradient has a factor of 4, which the published rate counts as its own. */
  private static final double RATE_DIVISOR = 4 * EXAGGERATION;

  private static final double LEAST_RATE = 50;
  private static final double START = 1e-4;

  /** Up to so many points, all pairs are no more work than a tree. */
  private static final int FEW = 500;

  /**
   * The largest perplexity for so many rows: each needs three times as many neighbours, and there
   * is a limit to those of all.
   *
   * @param rows N
   * @return it, below 1 if there are too few rows for any
   */
  public static int largestPerplexity(int rows) {
    return Math.min(rows - 1, Neighbours.most(rows) - 1) / Affinities.REACH;
  }

  /**
   * Makes a map.
   *
   * @param rows floating point [N, F]
   * @param perplexity how many neighbours each row effectively has, from 1 to {@link
   *     #largestPerplexity}
   * @param iterations rounds of gradient descent, at least 1
   * @param theta a group of points acts as one from where width / distance is below this, from 0
   *     (all pairs exactly) to 0.7
   * @param seed of what tells equal rows apart at the start
   * @param steps is told before each round
   * @return the map
   * @throws IllegalArgumentException if an argument is out of range or a feature is not finite
   */
  public static TSne of(
      Tensor rows, double perplexity, int iterations, double theta, long seed, Steps steps) {
    int count = Rows.require(rows, Affinities.REACH + 1);
    if (!(perplexity >= 1 && perplexity <= largestPerplexity(count))) {
      throw new IllegalArgumentException(
          "perplexity must be from 1 to "
              + largestPerplexity(count)
              + " for "
              + count
              + " rows, was "
              + perplexity);
    }
    if (iterations < 1) {
      throw new IllegalArgumentException("iterations must be at least 1, was " + iterations);
    }
    if (!(theta >= 0 && theta <= 0.7)) {
      throw new IllegalArgumentException("theta must be from 0 to 0.7, was " + theta);
    }
    int each = Math.min(count - 1, (int) (Affinities.REACH * perplexity) + 1);
    Steps before = (done, of) -> steps.at(0, iterations);
    Neighbours neighbours = Neighbours.of(rows, each, before);
    Graph affinities = Affinities.of(neighbours, perplexity);
    boolean isExact = theta == 0 || count <= FEW;
    return descend(
        new TSneGradient(affinities, isExact ? new ExactRepulsion() : new QuadTree(count, theta)),
        Start.of(rows, START, seed, before),
        iterations,
        steps);
  }

  /** Moves points, which it changes, down the gradient. */
  static TSne descend(TSneGradient gradient, double[] points, int iterations, Steps steps) {
    int early = Math.min(EARLY, iterations / 4);
    double rate = Math.max(points.length / (2 * RATE_DIVISOR), LEAST_RATE);
    Descent descent = new Descent(points.length, rate);
    double[] slope = new double[points.length];
    for (int round = 0; round < iterations; round++) {
      steps.at(round, iterations);
      boolean isEarly = round < early;
      gradient.fill(points, isEarly ? EXAGGERATION : 1, slope);
      descent.step(points, slope, isEarly ? EARLY_MOMENTUM : MOMENTUM);
    }
    centre(points);
    return new TSne(points, gradient.divergence(points));
  }

  private static void centre(double[] points) {
    double x = 0;
    double y = 0;
    for (int i = 0; i < points.length; i += 2) {
      x += points[i];
      y += points[i + 1];
    }
    for (int i = 0; i < points.length; i += 2) {
      points[i] -= 2 * x / points.length;
      points[i + 1] -= 2 * y / points.length;
    }
  }
}
