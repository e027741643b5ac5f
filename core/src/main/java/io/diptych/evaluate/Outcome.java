package io.diptych.evaluate;

import io.diptych.tensor.DType;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.util.Arrays;

/**
 * What a classifier made of labelled samples. Its classes stand in the order of their scores; of
 * equal scores the lower class comes first. A score that is no number is a miss.
 */
public final class Outcome {
  private final long[] predicted;
  private final long[] targets;
  private final long[] ranks;
  private final int classes;

  private Outcome(long[] predicted, long[] targets, long[] ranks, int classes) {
    this.predicted = predicted;
    this.targets = targets;
    this.ranks = ranks;
    this.classes = classes;
  }

  /**
   * Compares scores with the truth.
   *
   * @param scores [M, C], the higher the more likely
   * @param targets the true classes, int64 [M], from 0 to C − 1
   * @return the outcome
   * @throws IllegalArgumentException if the sizes differ or a target is out of range
   */
  public static Outcome of(Tensor scores, Tensor targets) {
    if (scores.rank() != 2 || targets.rank() != 1 || scores.size(0) != targets.size(0)) {
      throw new IllegalArgumentException(
          "scores must be [M, C] and targets [M], were "
              + scores.shape()
              + " and "
              + targets.shape());
    }
    int classes = Math.toIntExact(scores.size(1));
    Labels.requireInRange(targets, classes);
    try (Scope scope = Scope.open()) {
      Tensor truth = targets.to(scores.device()).unsqueeze(1);
      Tensor own = scores.gather(1, truth);
      Tensor earlier = Tensor.arange(classes, scores.device()).unsqueeze(0).lt(truth);
      Tensor behind = count(scores.le(own));
      Tensor ahead = count(scores.eq(own).and(earlier));
      // What is no number is not behind: such a sample is missed.
      return new Outcome(
          scores.argmax(1).toLongArray(),
          targets.toLongArray(),
          behind.neg().add(classes).add(ahead).toLongArray(),
          classes);
    }
  }

  private static Tensor count(Tensor which) {
    return which.to(DType.INT64).sum(1);
  }

  /**
   * How many samples there are.
   *
   * @return at least 0
   */
  public int size() {
    return targets.length;
  }

  /**
   * The predicted classes.
   *
   * @return the class with the highest score, for each sample
   */
  public long[] predicted() {
    return predicted.clone();
  }

  /**
   * Which samples' class was predicted.
   *
   * @return [M]
   */
  public boolean[] hits() {
    boolean[] hits = new boolean[ranks.length];
    for (int i = 0; i < hits.length; i++) {
      hits[i] = ranks[i] == 0;
    }
    return hits;
  }

  /**
   * The part of the samples whose class was predicted.
   *
   * @return from 0 to 1; NaN if there are no samples
   */
  public double accuracy() {
    return top(1);
  }

  /**
   * The part of the samples whose class is among the first k; all, if there are not more classes.
   *
   * @param k at least 1
   * @return from 0 to 1; NaN if there are no samples
   */
  public double top(int k) {
    int hits = 0;
    for (long rank : ranks) {
      hits += rank < k ? 1 : 0;
    }
    return (double) hits / size();
  }

  /**
   * How often each class was taken for each.
   *
   * @return [C][C], rows by the true class, columns by the predicted
   */
  public long[][] confusion() {
    long[][] counts = new long[classes][classes];
    for (int i = 0; i < targets.length; i++) {
      counts[(int) targets[i]][(int) predicted[i]]++;
    }
    return counts;
  }

  /**
   * The accuracy among the samples of each class.
   *
   * @return [C], NaN for a class without samples
   */
  public double[] perClass() {
    long[][] counts = confusion();
    double[] accuracies = new double[classes];
    for (int c = 0; c < classes; c++) {
      long total = 0;
      for (long count : counts[c]) {
        total += count;
      }
      accuracies[c] = (double) counts[c][c] / total;
    }
    return accuracies;
  }

  /**
   * The mean of the accuracies of the classes that have samples.
   *
   * @return from 0 to 1; NaN if there are no samples
   */
  public double meanPerClass() {
    return Arrays.stream(perClass())
        .filter(accuracy -> !Double.isNaN(accuracy))
        .average()
        .orElse(Double.NaN);
  }
}
