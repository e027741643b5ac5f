package io.diptych.objective;

import io.diptych.tensor.DType;
import io.diptych.tensor.Linalg;
import io.diptych.tensor.NotPositiveDefiniteException;
import io.diptych.tensor.Tensor;

/**
 * The logarithm of the determinant of a symmetric matrix, from its Cholesky factor: with a + εI =
 * L·Lᵀ, log det(a + εI) = 2 Σᵢ log Lᵢᵢ.
 */
public final class LogDeterminant {
  private LogDeterminant() {}

  /**
   * Returns log det(a + εI). Its gradient is (a + εI)⁻¹. Waits for the device.
   *
   * @param a symmetric, [D, D], float64
   * @param epsilon ε, at least 0
   * @param what what the matrix is, for the message
   * @return a scalar
   * @throws NotPositiveDefiniteException if a + εI is not positive definite: the message names D, ε
   *     and the smallest eigenvalue
   */
  public static Tensor of(Tensor a, double epsilon, String what) {
    return ofFactor(factor(a, epsilon, what));
  }

  /** Returns L with a + εI = L·Lᵀ. */
  static Tensor factor(Tensor a, double epsilon, String what) {
    Tensor shifted = a.add(Tensor.eye(a.size(0), a.dtype(), a.device()).mul(epsilon));
    try {
      return Linalg.cholesky(shifted);
    } catch (NotPositiveDefiniteException e) {
      throw diagnosis(shifted.detach(), epsilon, what);
    }
  }

  /** Returns log det of L·Lᵀ. */
  static Tensor ofFactor(Tensor lower) {
    return lower.diagonal().log().sum().mul(2);
  }

  private static NotPositiveDefiniteException diagnosis(
      Tensor shifted, double epsilon, String what) {
    long d = shifted.size(0);
    if (shifted.isFinite().all().item() == 0) {
      return new NotPositiveDefiniteException(
          what
              + " has entries that are NaN or infinite, as the embeddings have: try a lower"
              + " learning rate or a longer warm-up");
    }
    double smallest = Linalg.eigenvaluesSymmetric(shifted.to(DType.FLOAT64)).min().item();
    return new NotPositiveDefiniteException(
        what
            + " ("
            + d
            + " x "
            + d
            + ") is singular: with epsilon "
            + epsilon
            + " on its diagonal the smallest eigenvalue is "
            + smallest
            + "; raise epsilon, take a larger batch or narrower embeddings, or remember more of"
            + " the batches before");
  }
}
