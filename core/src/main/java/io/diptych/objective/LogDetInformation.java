package io.diptych.objective;

import io.diptych.tensor.DType;
import io.diptych.tensor.Linalg;
import io.diptych.tensor.Tensor;
import java.util.List;

/**
 * The second-order mutual information of two views by log-determinants of covariances (Ozsoy,
 * Hamdan, Arik, Yuret and Erdogan, "Self-supervised learning with an information maximization
 * criterion", NeurIPS 2022).
 */
public final class LogDetInformation {
  private LogDetInformation() {}

  /**
   * What is known of both views together.
   *
   * @param first moments of the first view
   * @param second moments of the second view
   * @param cross covariance R₁₂ between them, [D, D], float64
   */
  public record Joint(RunningMoments first, RunningMoments second, Tensor cross) {
    /**
     * Returns the moments after one more batch. Unlike {@link RunningMoments#next}, rows are
     * centred by the mean <em>before</em> the batch: ẑ_v = z_v − μ_v, R_v ← λ_R·R_v + (1 −
     * λ_R)·ẑ_vᵀẑ_v/N, R₁₂ ← λ_R·R₁₂ + (1 − λ_R)·ẑ₁ᵀẑ₂/N, and then the means move.
     *
     * @param z1 embeddings of the first view, [N, D]
     * @param z2 embeddings of the second view, row by row of the same images, [N, D]
     * @param covarianceMemory λ_R
     * @param meanMemory λ_μ
     */
    public Joint next(Tensor z1, Tensor z2, double covarianceMemory, double meanMemory) {
      Rows.same("mutual information", z1, z2);
      Tensor a = centred(first, z1);
      Tensor b = centred(second, z2);
      return new Joint(
          moved(first, z1, a, covarianceMemory, meanMemory),
          moved(second, z2, b, covarianceMemory, meanMemory),
          RunningMoments.blend(cross, RunningMoments.product(a, b), covarianceMemory));
    }

    private static Tensor centred(RunningMoments old, Tensor z) {
      old.requireFit(z);
      return z.to(DType.FLOAT64).sub(old.mean().detach());
    }

    private static RunningMoments moved(
        RunningMoments old, Tensor z, Tensor centred, double covarianceMemory, double meanMemory) {
      return new RunningMoments(
          RunningMoments.blend(
              old.covariance(), RunningMoments.product(centred, centred), covarianceMemory),
          RunningMoments.blend(old.mean(), z.to(DType.FLOAT64).mean(0), meanMemory));
    }
  }

  /**
   * Returns the factor that spreads embeddings over the space: −1/D · Σ_v log det(R_v + εI).
   *
   * @param covariances of each view, or one of both together; [D, D] each
   * @param epsilon ε, at least 0
   * @return a float64 scalar
   * @throws io.diptych.tensor.NotPositiveDefiniteException if a covariance with ε is singular
   */
  public static Tensor spread(List<Tensor> covariances, double epsilon) {
    Tensor sum = null;
    for (int i = 0; i < covariances.size(); i++) {
      String which = covariances.size() == 1 ? "" : " of view " + (i + 1);
      Tensor one = LogDeterminant.of(covariances.get(i), epsilon, "the covariance" + which);
      sum = sum == null ? one : sum.add(one);
    }
    if (sum == null) {
      throw new IllegalArgumentException("at least one covariance is needed");
    }
    return sum.div((double) covariances.get(0).size(0)).neg();
  }

  /**
   * Returns the factor that pulls the views of an image together: the mean of (z₁ − z₂)² over all
   * entries.
   *
   * @param z1 embeddings of the first view, [N, D]
   * @param z2 embeddings of the second view, row by row of the same images, [N, D]
   * @return a scalar of the embeddings' type
   */
  public static Tensor attraction(Tensor z1, Tensor z2) {
    Rows.same("attraction", z1, z2);
    return z1.sub(z2).square().mean();
  }

  /**
   * Returns the mutual information of the views without approximation, negative and over D: with
   * the residuals E₁ = R₁ − R₁₂(R₂ + εI)⁻¹R₁₂ᵀ and E₂ = R₂ − R₁₂ᵀ(R₁ + εI)⁻¹R₁₂ of predicting one
   * from the other, (log det(E₁ + ε₂I) + log det(E₂ + ε₂I) − log det(R₁ + εI) − log det(R₂ +
   * εI))/D.
   *
   * @param epsilon ε, at least 0
   * @param residualEpsilon ε₂, at least 0
   * @return a float64 scalar, lower for more information
   * @throws io.diptych.tensor.NotPositiveDefiniteException if a matrix with ε or ε₂ is singular
   */
  public static Tensor negative(Joint joint, double epsilon, double residualEpsilon) {
    Tensor r1 = joint.first().covariance();
    Tensor r2 = joint.second().covariance();
    Tensor factor1 = LogDeterminant.factor(r1, epsilon, "the covariance of view 1");
    Tensor factor2 = LogDeterminant.factor(r2, epsilon, "the covariance of view 2");
    Tensor residual1 = residual(r1, factor2, joint.cross().t());
    Tensor residual2 = residual(r2, factor1, joint.cross());
    return LogDeterminant.of(residual1, residualEpsilon, "the residual of view 1")
        .add(LogDeterminant.of(residual2, residualEpsilon, "the residual of view 2"))
        .sub(LogDeterminant.ofFactor(factor1))
        .sub(LogDeterminant.ofFactor(factor2))
        .div((double) r1.size(0));
  }

  /** Returns own − crossᵀ·(L·Lᵀ)⁻¹·cross, symmetric to the bit as it is own − (L⁻¹c)ᵀ(L⁻¹c). */
  private static Tensor residual(Tensor own, Tensor factor, Tensor cross) {
    Tensor half = Linalg.solveTriangular(factor, cross, false);
    return own.sub(half.t().matmul(half));
  }
}
