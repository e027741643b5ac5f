package io.diptych.objective;

import io.diptych.tensor.DType;
import io.diptych.tensor.Tensor;

/**
 * The three terms of VICReg (Bardes, Ponce and LeCun, "VICReg: Variance-Invariance-Covariance
 * Regularization for Self-Supervised Learning", ICLR 2022), for rows z of D features.
 */
public final class VarianceCovariance {
  private VarianceCovariance() {}

  /**
   * Returns the invariance of two views: Σ‖zᵢ − z′ᵢ‖² / (N·D). The paper's equation 5 lacks the D
   * that its algorithm 1, with which its weights belong, divides by.
   *
   * @param z1 embeddings of the first view, [N, D]
   * @param z2 embeddings of the second view, [N, D]
   */
  public static Tensor invariance(Tensor z1, Tensor z2) {
    Rows.same("VICReg", z1, z2);
    return z1.sub(z2).square().mean();
  }

  /**
   * Returns the hinge on the standard deviation of each feature (equations 1 and 2): Σⱼ max(0, γ −
   * √(Var(zʲ) + ε)) / D, with the unbiased variance.
   *
   * @param z embeddings, [N, D], N at least 2
   */
  public static Tensor variance(Tensor z, double gamma, double epsilon) {
    long n = Rows.severalOf("VICReg", z);
    Tensor variance = z.sub(z.meanKeep(0)).square().sum(0).div(n - 1.0);
    return variance.add(epsilon).sqrt().rsub(gamma).relu().mean();
  }

  /**
   * Returns the squares off the diagonal of the covariance matrix C (equations 3 and 4): Σ_{i≠j}
   * Cᵢⱼ² / D.
   *
   * @param z embeddings, [N, D], N at least 2
   */
  public static Tensor covariance(Tensor z) {
    long n = Rows.severalOf("VICReg", z);
    Tensor centred = z.sub(z.meanKeep(0));
    Tensor covariance = centred.t().matmul(centred).div(n - 1.0);
    Tensor diagonal = Tensor.eye(z.size(1), DType.BOOL, z.device());
    return covariance.maskedFill(diagonal, 0).square().sum().div(z.size(1));
  }
}
