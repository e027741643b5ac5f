package io.diptych.evaluate.projection;

import io.diptych.tensor.Keyed;

/**
 * Stochastic gradient descent on the cross-entropy of UMAP's graph: in each round, edges pull their
 * ends together, the oftener the heavier they are, and after each pull the first end is pushed away
 * from a few points drawn at random (McInnes, Healy and Melville, algorithm 5). One edge moves
 * after the other, on one thread.
 */
final class UmapDescent {
  /** Points drawn for each pull. */
  private static final int DRAWN = 5;

  private static final double FARTHEST_MOVE = 4;

  /** Keeps the push between points that are nearly the same finite. */
  private static final double SOFTENING = 1e-3;

  private final Graph graph;
  private final double a;
  private final double b;
  private final int rounds;
  private final Keyed randomness;

  /** Rounds between two pulls of each edge, at least 1, and the round of the next. */
  private final double[] period;

  private final double[] due;

  UmapDescent(Graph graph, Nearness nearness, int rounds, long seed) {
    this.graph = graph;
    this.a = nearness.a();
    this.b = nearness.b();
    this.rounds = rounds;
    this.randomness = Keyed.of(seed).fold("umap");
    double heaviest = 0;
    for (double weight : graph.weight()) {
      heaviest = Math.max(heaviest, weight);
    }
    period = new double[graph.weight().length];
    for (int e = 0; e < period.length; e++) {
      period[e] = heaviest / graph.weight()[e];
    }
    due = period.clone();
  }

  void run(double[] points, Steps steps) {
    for (int round = 0; round < rounds; round++) {
      steps.at(round, rounds);
      double rate = 1 - (double) round / rounds;
      Keyed draws = randomness.fold(round);
      for (int row = 0; row < graph.rows(); row++) {
        for (int e = graph.from()[row]; e < graph.from()[row + 1]; e++) {
          if (due[e] <= round) {
            due[e] += period[e];
            pull(points, row, graph.to()[e], rate);
            for (int draw = 0; draw < DRAWN; draw++) {
              int other = (int) Long.remainderUnsigned(draws.bits(e, draw), graph.rows());
              push(points, row, other, rate);
            }
          }
        }
      }
    }
  }

  private void pull(double[] points, int head, int tail, double rate) {
    double dx = points[2 * head] - points[2 * tail];
    double dy = points[2 * head + 1] - points[2 * tail + 1];
    double square = dx * dx + dy * dy;
    if (square > 0) {
      double power = Math.pow(square, b);
      double slope = -2 * a * b * power / (square * (1 + a * power));
      double moveX = rate * limited(slope * dx);
      double moveY = rate * limited(slope * dy);
      points[2 * head] += moveX;
      points[2 * head + 1] += moveY;
      points[2 * tail] -= moveX;
      points[2 * tail + 1] -= moveY;
    }
  }

  private void push(double[] points, int head, int other, double rate) {
    double dx = points[2 * head] - points[2 * other];
    double dy = points[2 * head + 1] - points[2 * other + 1];
    double square = dx * dx + dy * dy;
    if (square > 0) {
      double slope = 2 * b / ((SOFTENING + square) * (1 + a * Math.pow(square, b)));
      points[2 * head] += rate * limited(slope * dx);
      points[2 * head + 1] += rate * limited(slope * dy);
    }
  }

  private static double limited(double move) {
    return Math.max(-FARTHEST_MOVE, Math.min(FARTHEST_MOVE, move));
  }
}
