package io.diptych.bench;

import io.diptych.evaluate.Knn;
import io.diptych.tensor.Backend;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.util.Arrays;
import java.util.Locale;

/**
 * What the votes of nearest neighbours cost beside the bare product of queries and bank, the least
 * that a full search can cost. Medians. {@code -Dbank=50000 -Dqueries=10000 -Dwidth=512 -Dk=200
 * -Dthreads=1 -Drepeats=3}; {@code src/main/python/knn_cost.py} does the same by scikit-learn.
 */
public final class KnnCost {
  private static final int BANK = Integer.getInteger("bank", 50_000);
  private static final int QUERIES = Integer.getInteger("queries", 10_000);
  private static final int WIDTH = Integer.getInteger("width", 512);
  private static final int K = Integer.getInteger("k", 200);
  private static final int THREADS = Integer.getInteger("threads", 1);
  private static final int REPEATS = Integer.getInteger("repeats", 3);
  private static final int CLASSES = 10;

  /** Rows of the product at a time, as the search has them. */
  private static final long BLOCK = Math.max(1, (1L << 24) / BANK);

  private KnnCost() {}

  /** Prints the seconds of both, and their ratio. */
  public static void main(String[] args) {
    Backend.threads(THREADS);
    try (Scope scope = Scope.open()) {
      Tensor bank = rows(BANK, 1);
      Tensor queries = rows(QUERIES, 2);
      Tensor labels = Tensor.arange(BANK, Device.CPU).remainder(CLASSES);
      Knn.Settings settings = new Knn.Settings(K, 0.07, Knn.Votes.WEIGHTED, Knn.Distance.COSINE);
      double product = median(() -> product(bank, queries));
      double votes = median(() -> votes(settings, bank, labels, queries));
      System.out.printf(
          Locale.ROOT,
          "%d queries, bank %d, width %d, k %d, %d thread(s)%n"
              + "product %.2f s, votes %.2f s, ratio %.2f%n",
          QUERIES,
          BANK,
          WIDTH,
          K,
          THREADS,
          product,
          votes,
          votes / product);
    }
  }

  private static Tensor rows(int count, long seed) {
    return Keyed.of(seed)
        .normal(Tensor.arange((long) count * WIDTH, Device.CPU))
        .to(DType.FLOAT32)
        .reshape(count, WIDTH);
  }

  private static void product(Tensor bank, Tensor queries) {
    for (long at = 0; at < QUERIES; at += BLOCK) {
      try (Scope scope = Scope.open()) {
        queries.narrow(0, at, Math.min(BLOCK, QUERIES - at)).matmul(bank.t());
      }
    }
  }

  private static void votes(Knn.Settings settings, Tensor bank, Tensor labels, Tensor queries) {
    try (Scope scope = Scope.open();
        Knn knn = Knn.of(settings, bank, labels, CLASSES)) {
      knn.scores(queries);
    }
  }

  private static double median(Runnable work) {
    double[] seconds = new double[REPEATS];
    for (int i = 0; i < REPEATS; i++) {
      long start = System.nanoTime();
      work.run();
      seconds[i] = (System.nanoTime() - start) / 1e9;
    }
    Arrays.sort(seconds);
    return seconds[REPEATS / 2];
  }
}
