package io.diptych.evaluate;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How well one kind of features did.
 *
 * @param features {@code encoder}, {@code untrained} or {@code pixels}
 * @param labelsPerClass how many labels of each class were used, or null for all
 * @param accuracy the part of test images that were right, from 0 to 1, one number for each draw
 * @param top5 the part whose class was among the five best (or all, if there are fewer), mean over
 *     draws
 * @param lambda the penalty of each draw's fit; empty for kNN
 */
public record Score(
    String features,
    @Nullable Integer labelsPerClass,
    List<Double> accuracy,
    double top5,
    List<Double> lambda) {
  /** Copies the lists. */
  public Score {
    accuracy = List.copyOf(accuracy);
    lambda = List.copyOf(lambda);
  }

  /** Returns the mean accuracy over draws. */
  public double mean() {
    return accuracy.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }

  /** Returns the standard deviation over draws (divisor n − 1), 0 for one draw. */
  public double std() {
    if (accuracy.size() < 2) {
      return 0;
    }
    double mean = mean();
    double squares = accuracy.stream().mapToDouble(a -> (a - mean) * (a - mean)).sum();
    return Math.sqrt(squares / (accuracy.size() - 1));
  }
}
