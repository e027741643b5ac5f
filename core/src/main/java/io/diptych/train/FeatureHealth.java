package io.diptych.train;

import io.diptych.method.Embeddings;
import io.diptych.tensor.DType;
import io.diptych.tensor.Linalg;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.util.Arrays;

/**
 * How far embeddings are from collapse.
 *
 * @param std mean standard deviation of a coordinate of the length-1 rows: about 1/√D when healthy,
 *     0 when all rows are equal
 * @param effectiveRank the exponential of the entropy of the normalised singular values (Garrido et
 *     al., "RankMe", ICML 2023, equation 1): from 1, when all rows lie on a line, to min(N, D); of
 *     the first {@value #ROWS} rows, to be quick
 * @param width D; 0 if there are no embeddings to look at
 */
record FeatureHealth(double std, double effectiveRank, long width) {
  static final FeatureHealth UNKNOWN = new FeatureHealth(Double.NaN, Double.NaN, 0);
  private static final int ROWS = 512;

  /** Looks at the first embedding that is a matrix of real numbers. Waits for the device. */
  static FeatureHealth of(Embeddings embeddings) {
    for (Tensor tensor : embeddings.tensors().values()) {
      if (tensor.rank() == 2 && tensor.dtype().isFloatingPoint()) {
        return of(tensor.detach());
      }
    }
    return UNKNOWN;
  }

  static FeatureHealth of(Tensor rows) {
    try (Scope scope = Scope.open()) {
      if (rows.isFinite().all().item() == 0) {
        return UNKNOWN;
      }
      Tensor z = rows.to(DType.FLOAT64);
      double std = z.normalize(1).std(false, 0).mean().item();
      Tensor some = z.narrow(0, 0, Math.min(ROWS, z.size(0)));
      return new FeatureHealth(std, effectiveRank(some), z.size(1));
    }
  }

  private static double effectiveRank(Tensor z) {
    // The smaller of the two Gram matrices has the same eigenvalues but for zeros.
    Tensor gram = z.size(0) < z.size(1) ? z.matmul(z.t()) : z.t().matmul(z);
    double[] singular =
        Arrays.stream(Linalg.eigenvaluesSymmetric(gram).toDoubleArray())
            .map(value -> Math.sqrt(Math.max(0, value)))
            .toArray();
    double sum = Arrays.stream(singular).sum();
    double entropy = 0;
    for (double value : singular) {
      if (value > 0) {
        entropy -= value / sum * Math.log(value / sum);
      }
    }
    return sum == 0 ? 1 : Math.exp(entropy);
  }
}
