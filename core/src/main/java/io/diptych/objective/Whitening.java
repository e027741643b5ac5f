package io.diptych.objective;

import io.diptych.tensor.DType;
import io.diptych.tensor.Linalg;
import io.diptych.tensor.NotPositiveDefiniteException;
import io.diptych.tensor.Shape;
import io.diptych.tensor.Tensor;

/**
 * Whitening by the Cholesky factor of the covariance (Ermolov, Siarohin, Sangineto and Sebe,
 * "Whitening for self-supervised representation learning", ICML 2021, section 3).
 *
 * <pre>y = L⁻¹ (x − m),  L·Lᵀ = (1 − ε)·Σ + ε·I</pre>
 *
 * <p>with m the mean and Σ the unbiased covariance of the rows, so that without ε the result has
 * mean 0 and covariance I. Whatever the type of the rows, moments and factor are float64; the
 * result has the type of the rows. Gradients flow through m, Σ and L.
 */
public final class Whitening {
  private Whitening() {}

  /**
   * Mean and covariance of rows.
   *
   * @param mean float64 [..., 1, D]
   * @param covariance unbiased, float64 [..., D, D]
   */
  public record Moments(Tensor mean, Tensor covariance) {
    /**
     * Returns the moments of rows.
     *
     * @param rows [..., N, D] with N at least 2; leading dimensions are sets of their own
     */
    public static Moments of(Tensor rows) {
      Shape shape = rows.shape();
      if (shape.rank() < 2 || shape.size(-2) < 2) {
        throw new IllegalArgumentException(
            "whitening needs at least two rows [..., N, D], got " + shape);
      }
      Tensor wide = rows.to(DType.FLOAT64);
      Tensor mean = wide.meanKeep(-2);
      Tensor centred = wide.sub(mean);
      Tensor products = centred.transpose(-2, -1).matmul(centred);
      return new Moments(mean, products.div(shape.size(-2) - 1.0));
    }

    /**
     * Returns running moments after a batch: momentum · batch + (1 − momentum) · these, constant.
     *
     * @param batch the moments of the batch
     * @param momentum from 0 (stay) to 1 (replace)
     */
    public Moments towards(Moments batch, double momentum) {
      return new Moments(
          towards(mean, batch.mean, momentum), towards(covariance, batch.covariance, momentum));
    }

    private static Tensor towards(Tensor running, Tensor batch, double momentum) {
      return running.detach().mul(1 - momentum).add(batch.detach().mul(momentum));
    }
  }

  /**
   * Returns rows whitened by their own moments.
   *
   * @param rows [..., N, D]; leading dimensions are sets that are whitened each for itself
   * @param epsilon ε, from 0 to 1; more than 0 unless N is more than D
   * @return whitened rows, of the same shape and type
   * @throws NotPositiveDefiniteException if the covariance has no Cholesky factor
   */
  public static Tensor rows(Tensor rows, double epsilon) {
    Moments moments = Moments.of(rows);
    if (epsilon == 0 && rows.size(-2) <= rows.size(-1)) {
      throw new NotPositiveDefiniteException(singular(rows, epsilon));
    }
    return rows(rows, moments, epsilon);
  }

  /**
   * Returns rows whitened by given moments.
   *
   * @param rows [..., N, D]
   * @param moments such as running ones
   * @param epsilon ε, from 0 to 1
   * @return whitened rows, of the same shape and type
   * @throws NotPositiveDefiniteException if the covariance has no Cholesky factor
   */
  public static Tensor rows(Tensor rows, Moments moments, double epsilon) {
    if (!(epsilon >= 0 && epsilon <= 1)) {
      throw new IllegalArgumentException("epsilon must be from 0 to 1, was " + epsilon);
    }
    Tensor eye = Tensor.eye(rows.size(-1), DType.FLOAT64, rows.device());
    Tensor shrunk = moments.covariance().mul(1 - epsilon).add(eye.mul(epsilon));
    Tensor factor = factor(shrunk, rows, epsilon);
    Tensor centred = rows.to(DType.FLOAT64).sub(moments.mean());
    Tensor white = Linalg.solveTriangular(factor, centred.transpose(-2, -1), false);
    return white.transpose(-2, -1).to(rows.dtype());
  }

  private static Tensor factor(Tensor matrix, Tensor rows, double epsilon) {
    try {
      return Linalg.cholesky(matrix);
    } catch (NotPositiveDefiniteException e) {
      throw new NotPositiveDefiniteException(
          rows.isFinite().all().item() == 0
              ? "whitening needs finite rows, and some of " + rows.shape() + " are not"
              : singular(rows, epsilon),
          e);
    }
  }

  private static String singular(Tensor rows, double epsilon) {
    return "whitening needs a positive definite covariance, and that of a slice of "
        + rows.size(-2)
        + " rows of dimension "
        + rows.size(-1)
        + " with epsilon "
        + epsilon
        + " is not: raise epsilon, or take slices of more rows than the dimension";
  }
}
