package io.diptych.evaluate;

import io.diptych.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Rankings of a gallery for some queries, and which of the images found are of the right class. */
public final class Retrieval {
  private final boolean[][] relevant;
  private final long[] existing;

  private Retrieval(boolean[][] relevant, long[] existing) {
    this.relevant = relevant;
    this.existing = existing;
  }

  /**
   * Judges rankings.
   *
   * @param nearest for each query places in the gallery, nearest first
   * @param queries the class of each query
   * @param gallery the class of each image of the gallery, int64
   * @return the judgement
   * @throws IllegalArgumentException if there is another number of rankings than of queries
   */
  public static Retrieval of(long[][] nearest, long[] queries, Tensor gallery) {
    return of(nearest, queries, gallery, 0);
  }

  /**
   * Judges rankings of the other queries: the gallery is the queries themselves.
   *
   * @param nearest for each query places among the queries, nearest first, with or without itself
   * @param queries the class of each query, int64
   * @return the judgement
   * @throws IllegalArgumentException if there is another number of rankings than of queries
   */
  public static Retrieval amongQueries(long[][] nearest, Tensor queries) {
    return of(withoutSelf(nearest), queries.toLongArray(), queries, 1);
  }

  private static Retrieval of(long[][] nearest, long[] queries, Tensor gallery, long left) {
    if (nearest.length != queries.length) {
      throw new IllegalArgumentException(
          "each query needs a ranking, got " + queries.length + " and " + nearest.length);
    }
    long[] classes = gallery.toLongArray();
    Map<Long, Long> sizes = new HashMap<>();
    for (long one : classes) {
      sizes.merge(one, 1L, Long::sum);
    }
    boolean[][] relevant = new boolean[queries.length][];
    long[] existing = new long[queries.length];
    for (int q = 0; q < queries.length; q++) {
      relevant[q] = new boolean[nearest[q].length];
      for (int i = 0; i < relevant[q].length; i++) {
        relevant[q][i] = classes[(int) nearest[q][i]] == queries[q];
      }
      existing[q] = sizes.getOrDefault(queries[q], 0L) - left;
    }
    return new Retrieval(relevant, existing);
  }

  /** Takes each query, which is the gallery's image of the same number, out of its ranking. */
  private static long[][] withoutSelf(long[][] nearest) {
    return IntStream.range(0, nearest.length)
        .mapToObj(
            q -> {
              long[] others = LongStream.of(nearest[q]).filter(i -> i != q).toArray();
              return Arrays.copyOf(others, Math.min(others.length, nearest.length - 1));
            })
        .toArray(long[][]::new);
  }

  /**
   * The part of the queries with an image of their class among the first k.
   *
   * @param k at least 1
   * @return from 0 to 1; NaN without queries
   */
  public double recall(int k) {
    int hits = 0;
    for (boolean[] ranking : relevant) {
      hits += IntStream.range(0, Math.min(k, ranking.length)).anyMatch(i -> ranking[i]) ? 1 : 0;
    }
    return (double) hits / relevant.length;
  }

  /**
   * The average precision of each ranking, mean over the queries: the precision at each right image
   * among the first {@code depth}, summed, over the number of right images there could be so early.
   *
   * @param depth at least 1
   * @return from 0 to 1; NaN if no query has an image of its class in the gallery
   */
  public double meanAveragePrecision(int depth) {
    double sum = 0;
    int judged = 0;
    for (int q = 0; q < relevant.length; q++) {
      long possible = Math.min(existing[q], Math.min(depth, relevant[q].length));
      if (possible == 0) {
        continue;
      }
      int found = 0;
      double precision = 0;
      for (int i = 0; i < Math.min(depth, relevant[q].length); i++) {
        if (relevant[q][i]) {
          found++;
          precision += (double) found / (i + 1);
        }
      }
      sum += precision / possible;
      judged++;
    }
    return sum / judged;
  }
}
