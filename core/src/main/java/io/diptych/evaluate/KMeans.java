package io.diptych.evaluate;

import io.diptych.tensor.DType;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Clusters around means (Lloyd, "Least squares quantization in PCM", 1982), started by k-means++
 * (Arthur and Vassilvitskii, SODA 2007), the best of several starts. Deterministic: starts depend
 * on the seed and their number alone. A cluster that loses all its samples takes the sample that is
 * farthest from its centre.
 */
public final class KMeans {
  private final Tensor rows;
  private final Tensor squares;
  private final int clusters;
  private final int iterations;
  private final Watch watch;

  private KMeans(Tensor rows, int clusters, int iterations, Watch watch) {
    this.rows = rows;
    this.squares = rows.square().sumKeep(1);
    this.clusters = clusters;
    this.iterations = iterations;
    this.watch = watch;
  }

  /**
   * Clusters that were found; the tensor belongs to the scope that was open.
   *
   * @param centres [K, F]
   * @param inertia the sum of the squared distances of the samples from their centres
   * @param iterations rounds that the best start took
   */
  public record Model(Tensor centres, double inertia, int iterations) {
    /**
     * The cluster of other samples.
     *
     * @param rows [M, F]
     * @return [M], the number of the nearest centre
     * @throws IllegalArgumentException if the width is another
     */
    public long[] assign(Tensor rows) {
      if (rows.rank() != 2 || rows.size(1) != centres.size(1)) {
        throw new IllegalArgumentException(
            "samples must be [M, " + centres.size(1) + "], were " + rows.shape());
      }
      try (Scope scope = Scope.open()) {
        Tensor own = rows.to(centres.dtype());
        return closeness(own, centres).argmax(1).toLongArray();
      }
    }
  }

  /**
   * Finds clusters.
   *
   * @param rows floating point [N, F]
   * @param clusters K, from 1 to N
   * @param starts how often to start, at least 1
   * @param iterations rounds after which a start ends anyway, at least 1
   * @param seed of the starts
   * @return the clusters of least inertia
   * @throws IllegalArgumentException if an argument is out of range
   */
  public static Model fit(Tensor rows, int clusters, int starts, int iterations, long seed) {
    return fit(rows, clusters, starts, iterations, seed, Watch.NONE);
  }

  static Model fit(Tensor rows, int clusters, int starts, int iterations, long seed, Watch watch) {
    if (rows.rank() != 2 || clusters < 1 || clusters > rows.size(0)) {
      throw new IllegalArgumentException(
          "k-means needs from 1 to N clusters of [N, F], got " + clusters + " of " + rows.shape());
    }
    if (starts < 1 || iterations < 1) {
      throw new IllegalArgumentException(
          "starts and iterations must be at least 1, were " + starts + " and " + iterations);
    }
    try (Scope scope = Scope.open()) {
      KMeans means = new KMeans(rows, clusters, iterations, watch);
      Model best = null;
      for (int start = 0; start < starts; start++) {
        watch.at("k-means", start, starts);
        Model model = means.run(Keyed.of(seed).fold("k-means").fold(start));
        if (best == null || model.inertia() < best.inertia()) {
          best = model;
        }
      }
      watch.at("k-means", starts, starts);
      if (best == null) {
        throw new IllegalStateException("no start was made");
      }
      scope.escape(best.centres());
      return best;
    }
  }

  private Model run(Keyed keyed) {
    try (Scope scope = Scope.open()) {
      Tensor centres = seeds(keyed);
      long @Nullable [] before = null;
      for (int round = 1; ; round++) {
        watch.check();
        try (Scope inner = Scope.open()) {
          long[] owner = closeness(rows, centres).argmax(1).toLongArray();
          if (round > iterations || Arrays.equals(owner, before)) {
            double inertia = distances(centres, owner).sum().item();
            return new Model(scope.escape(centres), inertia, round - 1);
          }
          before = owner;
          centres.copy_(means(centres, owner));
        }
      }
    }
  }

  /** A centre is drawn with a chance in proportion to the squared distance from those before. */
  private Tensor seeds(Keyed keyed) {
    Tensor centres = rows.narrow(0, 0, clusters).copy();
    int count = (int) rows.size(0);
    int chosen = (int) (keyed.uniform(0, 0) * count);
    double[] nearest = new double[count];
    Arrays.fill(nearest, Double.POSITIVE_INFINITY);
    for (int k = 0; ; k++) {
      try (Scope inner = Scope.open()) {
        Tensor centre = rows.narrow(0, chosen, 1);
        centres.narrow(0, k, 1).copy_(centre);
        if (k + 1 == clusters) {
          return centres;
        }
        double[] distance = rows.sub(centre).square().sum(1).toDoubleArray();
        double sum = 0;
        for (int i = 0; i < count; i++) {
          nearest[i] = Math.min(nearest[i], distance[i]);
          sum += nearest[i];
        }
        double left = keyed.uniform(k + 1L, 0) * sum;
        chosen = 0;
        while (chosen < count - 1 && left >= nearest[chosen]) {
          left -= nearest[chosen++];
        }
      }
    }
  }

  private Tensor means(Tensor centres, long[] owner) {
    long[] sizes = new long[clusters];
    for (long one : owner) {
      sizes[(int) one]++;
    }
    for (int k = 0; k < clusters; k++) {
      if (sizes[k] == 0) {
        int farthest = farthest(centres, owner, sizes);
        sizes[(int) owner[farthest]]--;
        owner[farthest] = k;
        sizes[k] = 1;
      }
    }
    Tensor member =
        Tensor.of(owner, owner.length).to(rows.device()).oneHot(clusters).to(rows.dtype());
    Tensor counts = Tensor.of(sizes, clusters, 1).to(rows.device()).to(rows.dtype());
    return member.t().matmul(rows).div(counts);
  }

  /** The sample farthest from its centre, among those that leave no cluster empty. */
  private int farthest(Tensor centres, long[] owner, long[] sizes) {
    double[] distance = distances(centres, owner).toDoubleArray();
    int farthest = -1;
    for (int i = 0; i < distance.length; i++) {
      if (sizes[(int) owner[i]] > 1 && (farthest < 0 || distance[i] > distance[farthest])) {
        farthest = i;
      }
    }
    return farthest;
  }

  private Tensor distances(Tensor centres, long[] owner) {
    Tensor index = Tensor.of(owner, owner.length).to(rows.device()).unsqueeze(1);
    Tensor products = closeness(rows, centres).gather(1, index);
    return squares
        .to(DType.FLOAT64)
        .sub(products.to(DType.FLOAT64).mul(2))
        .clamp(0, Double.POSITIVE_INFINITY)
        .squeeze(1);
  }

  /** q·c − |c|²/2, which is largest for the nearest centre. */
  private static Tensor closeness(Tensor rows, Tensor centres) {
    return rows.matmul(centres.t()).sub(centres.square().sum(1).mul(0.5));
  }
}
