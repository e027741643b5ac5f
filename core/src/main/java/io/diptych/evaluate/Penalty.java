package io.diptych.evaluate;

import io.diptych.tensor.Keyed;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the penalty of a logistic regression: the one whose fits give held-out samples of the
 * same training set the lowest cross-entropy.
 */
final class Penalty {
  /** Strong to weak: each fit starts from the one before. */
  private static final double[] GRID = {
    1e-1, 3e-2, 1e-2, 3e-3, 1e-3, 3e-4, 1e-4, 3e-5, 1e-5, 3e-6, 1e-6
  };

  /** Where no class has a sample to spare: what is chosen from a few labels as a rule. */
  private static final double UNKNOWN = 1e-3;

  private static final int FOLDS = 5;

  /** With more samples, holding out one of the folds says enough. */
  private static final int MANY = 2000;

  private static final double TOLERANCE = 1e-3;
  private static final int STEPS = 100;

  private Penalty() {}

  /** A division of the samples into those trained with and those held out, with the last fit. */
  private static final class Fold {
    private final int[] in;
    private final int[] out;
    private Softmax.@Nullable Fit fit;

    Fold(int[] foldOf, int held) {
      this.in = IntStream.range(0, foldOf.length).filter(i -> foldOf[i] != held).toArray();
      this.out = IntStream.range(0, foldOf.length).filter(i -> foldOf[i] == held).toArray();
    }

    double loss(Softmax softmax, double lambda) {
      Softmax.Fit next = softmax.fit(in, lambda, fit, TOLERANCE, STEPS);
      fit = next;
      return softmax.crossEntropy(out, next);
    }
  }

  /**
   * Chooses.
   *
   * @param labels the classes of the samples
   * @param seed of the folds
   */
  static double choose(Softmax softmax, int[] labels, int classes, long seed) {
    List<List<Integer>> members = members(labels, classes, seed);
    if (members.stream().anyMatch(list -> list.size() == 1)) {
      return UNKNOWN;
    }
    int[] foldOf = deal(members, labels.length);
    List<Fold> folds = new ArrayList<>();
    for (int held = 0; held < (labels.length > MANY ? 1 : FOLDS); held++) {
      folds.add(new Fold(foldOf, held));
    }
    double best = GRID[0];
    double least = Double.POSITIVE_INFINITY;
    for (double lambda : GRID) {
      double loss = folds.stream().mapToDouble(fold -> fold.loss(softmax, lambda)).sum();
      if (loss >= least) {
        break; // weaker ones only fit the noise better, and take longest
      }
      least = loss;
      best = lambda;
    }
    return best;
  }

  /** The places of the samples of each class, in random order. */
  private static List<List<Integer>> members(int[] labels, int classes, long seed) {
    List<List<Integer>> members = new ArrayList<>();
    for (int c = 0; c < classes; c++) {
      members.add(new ArrayList<>());
    }
    for (long place : Keyed.of(seed).fold("folds").permutation(labels.length)) {
      members.get(labels[(int) place]).add((int) place);
    }
    return members;
  }

  /** Deals the samples to the folds in turn, one class after the other. */
  private static int[] deal(List<List<Integer>> members, int samples) {
    int[] foldOf = new int[samples];
    int next = 0;
    for (List<Integer> list : members) {
      for (int place : list) {
        foldOf[place] = next++ % FOLDS;
      }
    }
    return foldOf;
  }
}
