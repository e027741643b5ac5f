package io.diptych.tensor;

import java.util.stream.DoubleStream;
import org.bytedeco.pytorch.T_TensorTensorTensor_T;
import org.bytedeco.pytorch.global.torch;

/** Matrix decompositions and solutions; leading dimensions are batches. All differentiable. */
public final class Linalg {
  private Linalg() {}

  /**
   * A singular value decomposition {@code a = u · diag(s) · vh}.
   *
   * @param u left singular vectors, [m, k] with k = min(m, n)
   * @param s singular values, descending, [k]
   * @param vh right singular vectors as rows, [k, n]
   */
  public record Svd(Tensor u, Tensor s, Tensor vh) {}

  /**
   * Returns the lower triangular L with a = L·Lᵀ. Reads the lower triangle of a only, and waits for
   * the device.
   *
   * @throws NotPositiveDefiniteException if the matrix, or one of the batch, is not positive
   *     definite or has entries that are NaN or infinite
   */
  public static Tensor cholesky(Tensor a) {
    Ranked factor = Native.pairCall("cholesky", () -> torch.linalg_cholesky_ex(a.handle()));
    // LAPACK may take NaN for positive and report success: 0 times the sum is NaN then, so that one
    // number, and one wait, tells of both.
    Tensor order = factor.indices().max().to(DType.FLOAT64);
    double failed = order.add(factor.values().detach().sum().mul(0)).item();
    if (failed != 0) {
      throw new NotPositiveDefiniteException(
          "cholesky: the matrix "
              + a.shape()
              + (Double.isNaN(failed)
                  ? " has entries that are NaN or infinite"
                  : " is not positive-definite: its leading minor of order "
                      + (long) failed
                      + " is not positive"));
    }
    return factor.values();
  }

  /** Solves a·x = b for triangular a. */
  public static Tensor solveTriangular(Tensor a, Tensor b, boolean upper) {
    return Native.call(
        "solveTriangular",
        () -> torch.linalg_solve_triangular(a.handle(), b.handle(), upper, true, false));
  }

  /** Solves a·x = b. */
  public static Tensor solve(Tensor a, Tensor b) {
    return Native.call("solve", () -> torch.linalg_solve(a.handle(), b.handle()));
  }

  /** Returns the inverse. */
  public static Tensor inv(Tensor a) {
    return Native.call("inv", () -> torch.linalg_inv(a.handle()));
  }

  /** Returns log |det a|. */
  public static Tensor logAbsDet(Tensor a) {
    return Native.pairCall("logAbsDet", () -> torch.linalg_slogdet(a.handle())).indices();
  }

  /** Returns the eigenvalues of a symmetric matrix, ascending. */
  public static Tensor eigenvaluesSymmetric(Tensor a) {
    return Native.call("eigenvaluesSymmetric", () -> torch.linalg_eigvalsh(a.handle()));
  }

  /**
   * Returns how many dimensions rows really use: the exponential of the entropy of the normalised
   * singular values (Garrido et al., "RankMe", ICML 2023, equation 1), from 1, when all rows lie on
   * a line, to min(N, D). Waits for the device.
   *
   * @param rows [N, D], float64, as the singular values come from products of rows
   */
  public static double effectiveRank(Tensor rows) {
    try (Scope scope = Scope.open()) {
      // The smaller of the two Gram matrices has the same eigenvalues but for zeros.
      Tensor gram = rows.size(0) < rows.size(1) ? rows.matmul(rows.t()) : rows.t().matmul(rows);
      double[] singular =
          DoubleStream.of(eigenvaluesSymmetric(gram).toDoubleArray())
              .map(value -> Math.sqrt(Math.max(0, value)))
              .toArray();
      double sum = DoubleStream.of(singular).sum();
      double entropy = 0;
      for (double value : singular) {
        if (value > 0) {
          entropy -= value / sum * Math.log(value / sum);
        }
      }
      return sum == 0 ? 1 : Math.exp(entropy);
    }
  }

  /** Returns the singular values, descending. */
  public static Tensor singularValues(Tensor a) {
    return Native.call("singularValues", () -> torch.linalg_svdvals(a.handle()));
  }

  /** Returns the reduced singular value decomposition. */
  public static Svd svd(Tensor a) {
    try (org.bytedeco.pytorch.StringViewOptional driver =
            new org.bytedeco.pytorch.StringViewOptional();
        T_TensorTensorTensor_T parts = torch.linalg_svd(a.handle(), false, driver)) {
      return new Svd(
          Native.copyOf(parts.get0()), Native.copyOf(parts.get1()), Native.copyOf(parts.get2()));
    } catch (RuntimeException e) {
      throw Native.translate("svd", e);
    }
  }
}
