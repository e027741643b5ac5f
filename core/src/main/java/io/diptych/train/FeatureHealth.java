package io.diptych.train;

import io.diptych.method.Embeddings;
import io.diptych.tensor.DType;
import io.diptych.tensor.Linalg;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;

/**
 * How far embeddings are from collapse.
 *
 * @param std mean standard deviation of a coordinate of the length-1 rows: about 1/√D when healthy,
 *     0 when all rows are equal
 * @param effectiveRank {@link Linalg#effectiveRank} of the first {@value #ROWS} rows, to be quick
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
      return new FeatureHealth(std, Linalg.effectiveRank(some), z.size(1));
    }
  }
}
