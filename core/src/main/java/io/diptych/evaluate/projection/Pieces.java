package io.diptych.evaluate.projection;

import io.diptych.tensor.Workers;
import java.util.function.IntConsumer;

/** Divides points among threads such that their number changes no result. */
final class Pieces {
  private static final int POINTS = 128;

  private Pieces() {}

  /** Does something for each point, which must write only what is that point's. */
  static void each(int points, IntConsumer work) {
    Workers.each(
        (points + POINTS - 1) / POINTS,
        () ->
            piece -> {
              int end = Math.min(points, (piece + 1) * POINTS);
              for (int i = piece * POINTS; i < end; i++) {
                work.accept(i);
              }
            });
  }

  /** Returns a sum over the points, always added in the same order. */
  static double sum(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }
}
