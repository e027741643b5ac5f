package io.diptych.objective;

import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/** Normal rows for tests, a function of a seed and a name. */
final class RandomRows {
  private RandomRows() {}

  /** Returns float64 [n, d]. */
  static Tensor of(long seed, long n, long d) {
    return Keyed.of(seed).normal(Tensor.arange(n * d, Device.CPU)).reshape(n, d);
  }

  /** Returns float64 [n, d]. */
  static Tensor of(long seed, String name, int n, int d) {
    Keyed keyed = Keyed.of(seed).fold(name);
    return keyed.normal(Tensor.arange((long) n * d, Device.CPU)).reshape(n, d);
  }

  /** Returns leaves {@code z0}, {@code z1}, … that collect gradients. */
  static Map<String, Tensor> leaves(long seed, int views, int n, int d) {
    Map<String, Tensor> leaves = new LinkedHashMap<>();
    for (int view = 0; view < views; view++) {
      leaves.put("z" + view, of(seed, "z" + view, n, d).requiresGrad_(true));
    }
    return leaves;
  }

  /** Returns the rows of a matrix as plain arrays. */
  static double[][] arrays(Tensor matrix) {
    int n = (int) matrix.size(0);
    int d = (int) matrix.size(1);
    double[] flat = matrix.toDoubleArray();
    double[][] rows = new double[n][d];
    for (int i = 0; i < n; i++) {
      System.arraycopy(flat, i * d, rows[i], 0, d);
    }
    return rows;
  }
}
