package io.diptych.evaluate;

import io.diptych.tensor.DType;
import io.diptych.tensor.Linalg;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;

/**
 * How features fill their space.
 *
 * @param uniformity log mean exp(−2·|x − y|²) over pairs of different length-1 rows (Wang and
 *     Isola, "Understanding contrastive representation learning through alignment and uniformity on
 *     the hypersphere", ICML 2020): 0 when all are equal, towards −4 the more evenly they lie
 * @param effectiveRank {@link Linalg#effectiveRank}, from 1 to min(N, F)
 * @param spectrum [F], the variances along the principal axes, largest first
 */
public record Spread(double uniformity, double effectiveRank, double[] spectrum) {
  private static final double SHARPNESS = 2;
  private static final long BLOCK = 1024;

  /**
   * Looks at features.
   *
   * @param rows floating point [N, F], N at least 2
   * @return their spread
   * @throws IllegalArgumentException if there are fewer than two rows
   */
  public static Spread of(Tensor rows) {
    if (rows.rank() != 2 || rows.size(0) < 2) {
      throw new IllegalArgumentException(
          "spread needs [N, F] with at least 2 rows, got " + rows.shape());
    }
    try (Scope scope = Scope.open()) {
      Tensor values = rows.to(DType.FLOAT64);
      Tensor centred = values.sub(values.meanKeep(0));
      Tensor covariance = centred.t().matmul(centred).div(rows.size(0) - 1.0);
      double[] rising = Linalg.eigenvaluesSymmetric(covariance).toDoubleArray();
      double[] spectrum = new double[rising.length];
      for (int i = 0; i < rising.length; i++) {
        spectrum[i] = Math.max(0, rising[rising.length - 1 - i]);
      }
      return new Spread(uniformity(values.normalize(1)), Linalg.effectiveRank(values), spectrum);
    }
  }

  private static double uniformity(Tensor unit) {
    long count = unit.size(0);
    double sum = 0;
    for (long at = 0; at < count; at += BLOCK) {
      try (Scope scope = Scope.open()) {
        Tensor block = unit.narrow(0, at, Math.min(BLOCK, count - at));
        // |x − y|² = 2 − 2·x·y on the sphere
        Tensor squares = block.matmul(unit.t()).mul(-2).add(2);
        sum += squares.clamp(0, 4).mul(-SHARPNESS).exp().sum().item();
      }
    }
    double withItself = count;
    return Math.log((sum - withItself) / ((double) count * (count - 1)));
  }
}
