package io.diptych.evaluate;

import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
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

  /** The weaker penalties take long, and do not get better again after two that got worse. */
  private static final int PATIENCE = 2;

  private static final double TOLERANCE = 1e-3;
  private static final int STEPS = 100;

  private Penalty() {}

  /** The fits of one fold so far. */
  private static final class Fold {
    private final Softmax softmax;
    private final Tensor rows;
    private final Tensor labels;
    private Softmax.@Nullable Fit fit;

    Fold(Tensor rows, Tensor labels, int classes, int[] foldOf, int held, Watch watch) {
      Tensor in = places(foldOf, fold -> fold != held);
      Tensor out = places(foldOf, fold -> fold == held);
      this.softmax =
          new Softmax(rows.indexSelect(0, in), labels.indexSelect(0, in), classes, watch);
      this.rows = rows.indexSelect(0, out);
      this.labels = labels.indexSelect(0, out);
    }

    /** The summed cross-entropy of the held-out samples. */
    double loss(double lambda) {
      Softmax.Fit next = softmax.fit(lambda, fit, TOLERANCE, STEPS);
      fit = next;
      return Softmax.crossEntropy(next.logits(rows), labels) * labels.numel();
    }

    private static Tensor places(int[] foldOf, IntPredicate chosen) {
      long[] places =
          IntStream.range(0, foldOf.length)
              .filter(i -> chosen.test(foldOf[i]))
              .asLongStream()
              .toArray();
      return Tensor.of(places, places.length);
    }
  }

  /**
   * Chooses.
   *
   * @param rows float64 [N, D]
   * @param labels int64 [N]
   * @param seed of the folds
   */
  static double choose(Tensor rows, Tensor labels, int classes, long seed, Watch watch) {
    List<List<Integer>> members = members(labels.toLongArray(), classes, seed);
    if (members.stream().anyMatch(list -> list.size() == 1)) {
      return UNKNOWN;
    }
    try (Scope scope = Scope.open()) {
      int[] foldOf = deal(members, (int) rows.size(0));
      List<Fold> folds = new ArrayList<>();
      for (int held = 0; held < (foldOf.length > MANY ? 1 : FOLDS); held++) {
        folds.add(new Fold(rows, labels, classes, foldOf, held, watch));
      }
      double best = GRID[0];
      double least = Double.POSITIVE_INFINITY;
      int worse = 0;
      for (int i = 0; i < GRID.length && worse < PATIENCE; i++) {
        double loss = 0;
        for (Fold fold : folds) {
          loss += fold.loss(GRID[i]);
        }
        worse = loss < least ? 0 : worse + 1;
        if (loss < least) {
          least = loss;
          best = GRID[i];
        }
      }
      return best;
    }
  }

  /** The places of the samples of each class, in random order. */
  private static List<List<Integer>> members(long[] labels, int classes, long seed) {
    List<List<Integer>> members = new ArrayList<>();
    for (int c = 0; c < classes; c++) {
      members.add(new ArrayList<>());
    }
    for (long place : Keyed.of(seed).fold("folds").permutation(labels.length)) {
      members.get((int) labels[(int) place]).add((int) place);
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
