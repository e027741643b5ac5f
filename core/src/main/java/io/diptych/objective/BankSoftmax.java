package io.diptych.objective;

import io.diptych.tensor.Tensor;
import java.util.List;

/**
 * The losses of instance discrimination that are ratios of exponentials (Wu et al., CVPR 2018,
 * equation 2, and variants of it). With l from {@link BankSimilarity}, e_ij = exp(l_ij), y the
 * row's own image and T_K the images of the K largest l, each is L = −1/B · Σᵢ log(qᵢ + 10⁻⁷); all
 * sums are taken in the log domain, so that no temperature overflows.
 */
public final class BankSoftmax {
  private static final double LOG_EPSILON = Math.log(1e-7);

  private BankSoftmax() {}

  /**
   * Returns the loss over the whole bank: q = e_y / Σ_j e_j.
   *
   * @return a scalar
   */
  public static Tensor full(BankSimilarity l) {
    return negativeLog(l.all().logSoftmax(1).gather(1, l.index()));
  }

  /**
   * Returns the loss of the odds: q = e_y / Σ_{j≠y} e_j.
   *
   * @return a scalar
   * @throws IllegalArgumentException if the bank has no other image
   */
  public static Tensor odds(BankSimilarity l) {
    if (l.all().size(1) < 2) {
      throw new IllegalArgumentException(
          "the odds of an image need a memory bank of at least 2 rows, got 1");
    }
    return negativeLog(l.own().sub(total(without(l.all(), l.index()))));
  }

  /**
   * Returns the loss against the nearest images: q = e_y / Σ_{T_K} e. The own image counts in the
   * sum only where it ranks there.
   *
   * @param background K
   * @return a scalar
   */
  public static Tensor hardNegatives(BankSimilarity l, long background) {
    return negativeLog(l.own().sub(total(l.top(background).values())));
  }

  /**
   * Returns the loss that takes the very nearest images for positives: q = (e_y + Σ_{T_P} e) /
   * Σ_{T_K} e. Where the own image is among them it counts twice, so that the loss can be negative.
   *
   * @param positives P, at most K
   * @param background K
   * @return a scalar
   */
  public static Tensor ring(BankSimilarity l, long positives, long background) {
    Tensor top = l.top(background).values();
    Tensor near = total(Tensor.cat(List.of(l.own(), top.narrow(1, 0, positives)), 1));
    return negativeLog(near.sub(total(top)));
  }

  /**
   * Returns the loss of mixed images (of invariance propagation): q = (α·e_y + (1 − α)·e_z) / Σ_j
   * e_j.
   *
   * @param other z, the second image in each mixture, int64 [B]
   * @param share α, the part of the first, [B]
   * @return a scalar
   */
  public static Tensor mixed(BankSimilarity l, Tensor other, Tensor share) {
    Tensor alpha = share.to(l.all().dtype()).unsqueeze(1);
    Tensor parts = Tensor.cat(List.of(alpha, alpha.rsub(1)), 1).log();
    Tensor both = Tensor.cat(List.of(l.index(), other.unsqueeze(1)), 1);
    return negativeLog(total(l.all().logSoftmax(1).gather(1, both).add(parts)));
  }

  /** Returns log Σ exp of each row, [B, 1]. */
  static Tensor total(Tensor l) {
    return l.logSumExp(1).unsqueeze(1);
  }

  /** Returns −mean log(q + 10⁻⁷) from log q, [B, 1]. */
  static Tensor negativeLog(Tensor logRatio) {
    Tensor floor =
        Tensor.full(LOG_EPSILON, logRatio.dtype(), logRatio.device(), logRatio.size(0), 1);
    return total(Tensor.cat(List.of(logRatio, floor), 1)).mean().neg();
  }

  /** Returns a copy with −∞ in one column of each row. */
  private static Tensor without(Tensor l, Tensor column) {
    Tensor nothing =
        Tensor.full(Double.NEGATIVE_INFINITY, l.dtype(), l.device(), column.size(0), 1);
    return l.scatterAdd(1, column, nothing);
  }
}
