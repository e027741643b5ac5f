package io.diptych.objective;

import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Tensor;

/**
 * Mean and covariance of embeddings as they run over the batches (Ozsoy, Hamdan, Arik, Yuret and
 * Erdogan, "Self-supervised learning with an information maximization criterion", NeurIPS 2022).
 *
 * <p>A value of the past is a constant; gradients flow into what the batch contributes.
 *
 * @param covariance R, [D, D], float64
 * @param mean μ, [D], float64
 */
public record RunningMoments(Tensor covariance, Tensor mean) {
  /** Checks that the two belong together. */
  public RunningMoments {
    long d = mean.numel();
    if (mean.rank() != 1 || covariance.rank() != 2 || covariance.numel() != d * d) {
      throw new IllegalArgumentException(
          "running moments are [D, D] and [D], got " + covariance.shape() + " and " + mean.shape());
    }
  }

  /** Returns where the moments start: covariance {@code scale}·I and mean 0. */
  public static RunningMoments initial(long width, double scale, Device device) {
    return new RunningMoments(
        Tensor.eye(width, DType.FLOAT64, device).mul(scale),
        Tensor.zeros(DType.FLOAT64, device, width));
  }

  /**
   * Returns the moments after one more batch: with the batch's mean m, μ ← λ_μ·μ + (1 − λ_μ)·m, ẑ =
   * z − μ (the new one), and R ← λ_R·R + (1 − λ_R)·ẑᵀẑ/N.
   *
   * <p>λ_μ = 0 centres by the batch's own mean; λ_μ = 1, from mean 0, not at all.
   *
   * @param z embeddings, [N, D]
   * @param covarianceMemory λ_R, from 0 (this batch only) to 1 (stay)
   * @param meanMemory λ_μ, likewise
   * @throws IllegalArgumentException if the width is another one, or there is no row
   */
  public RunningMoments next(Tensor z, double covarianceMemory, double meanMemory) {
    requireFit(z);
    Tensor rows = z.to(DType.FLOAT64);
    Tensor moved = blend(mean, rows.mean(0), meanMemory);
    Tensor centred = rows.sub(moved);
    return new RunningMoments(
        blend(covariance, product(centred, centred), covarianceMemory), moved);
  }

  /** Returns λ·old + (1 − λ)·current. */
  static Tensor blend(Tensor old, Tensor current, double memory) {
    return old.detach().mul(memory).add(current.mul(1 - memory));
  }

  /** Returns aᵀb/N. */
  static Tensor product(Tensor a, Tensor b) {
    return a.t().matmul(b).div((double) a.size(0));
  }

  void requireFit(Tensor z) {
    if (z.rank() != 2 || z.size(0) == 0 || z.size(1) != mean.numel()) {
      throw new IllegalArgumentException(
          "running moments of width "
              + mean.numel()
              + " take rows [N, "
              + mean.numel()
              + "], got "
              + z.shape());
    }
  }
}
