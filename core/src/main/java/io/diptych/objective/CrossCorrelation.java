package io.diptych.objective;

import io.diptych.tensor.DType;
import io.diptych.tensor.Tensor;

/**
 * Redundancy reduction on the cross-correlation of two views (Zbontar, Jing, Misra, LeCun and Deny,
 * "Barlow Twins: Self-Supervised Learning via Redundancy Reduction", ICML 2021, equations 1 and 2),
 * and its regulariser by mixed images (Bandara, De Melo and Patel, "Guarding Barlow Twins Against
 * Overfitting with Mixed Samples", 2023).
 *
 * <p>With A and B the [N, D] rows of the views, standardised by column, and n the number of rows:
 *
 * <pre>C = AᵀB / n
 * L = Σᵢ (Cᵢᵢ − 1)² + λ · Σ_{i≠j} Cᵢⱼ²</pre>
 */
public final class CrossCorrelation {
  private CrossCorrelation() {}

  /** What the mixed rows shall correlate with the second view like. */
  public enum Target {
    /** The mixture of the first view and the partners, as with the first view: the paper's form. */
    FIRST_VIEW,
    /** The mixture of the second view and the partners: the paper's ImageNet program. */
    SECOND_VIEW
  }

  /**
   * Brings each column to mean 0 and standard deviation 1 (divisor N − 1, nothing added to it). A
   * column without any variance becomes NaN, which {@link #constantColumn} can name.
   *
   * @param z rows, [N, D], N at least 2
   */
  public static Tensor standardize(Tensor z) {
    Rows.severalOf("the correlation of columns", z);
    Tensor centred = z.sub(z.meanKeep(0));
    return centred.div(z.stdKeep(true, 0));
  }

  /**
   * Returns C = AᵀB / divisor.
   *
   * @param first standardised rows A, [N, D]
   * @param second standardised rows B, [N, D]
   * @param divisor mostly N
   * @return [D, D]
   */
  public static Tensor of(Tensor first, Tensor second, double divisor) {
    Rows.same("the cross-correlation", first, second);
    return first.t().matmul(second).div(divisor);
  }

  /** Returns the invariance term of a cross-correlation [D, D]: Σᵢ (Cᵢᵢ − 1)². */
  public static Tensor onDiagonal(Tensor c) {
    return c.diagonal().sub(1).square().sum();
  }

  /** Returns the redundancy term of a cross-correlation [D, D], without λ: Σ_{i≠j} Cᵢⱼ². */
  public static Tensor offDiagonal(Tensor c) {
    Tensor diagonal = Tensor.eye(c.size(0), DType.BOOL, c.device());
    return c.maskedFill(diagonal, 0).square().sum();
  }

  /**
   * Returns the regulariser of mixed images, without its weight: M, the rows of images α·xᴬ + (1 −
   * α)·xᴮ[σ], shall correlate with both views as the same mixture of rows does. With T = α·A + (1 −
   * α)·P and U either T or α·B + (1 − α)·P:
   *
   * <pre>‖(M − T)ᵀA / n‖² + ‖(M − U)ᵀB / n‖²</pre>
   *
   * which is Σ(C^MA − C^MA_gt)² + Σ(C^MB − C^MB_gt)² of the paper. Gradients flow into everything,
   * the mixtures too.
   *
   * @param mixed standardised rows M, [N, D]
   * @param first standardised rows A, [N, D]
   * @param second standardised rows B, [N, D]
   * @param partner standardised rows P = B[σ], [N, D]
   * @param alpha α of each row in [0, 1], [N]
   * @param divisor n, mostly N
   * @param target which U
   */
  public static Tensor mixing(
      Tensor mixed,
      Tensor first,
      Tensor second,
      Tensor partner,
      Tensor alpha,
      double divisor,
      Target target) {
    Rows.same("mixing", mixed, first);
    Tensor t = mixture(first, partner, alpha);
    Tensor u = target == Target.FIRST_VIEW ? t : mixture(second, partner, alpha);
    Tensor one = of(mixed.sub(t), first, divisor);
    Tensor two = of(mixed.sub(u), second, divisor);
    return one.square().sum().add(two.square().sum());
  }

  /** Returns α·rows + (1 − α)·partner for α of each row. */
  static Tensor mixture(Tensor rows, Tensor partner, Tensor alpha) {
    long n = Rows.same("mixing", rows, partner);
    if (alpha.rank() != 1 || alpha.numel() != n) {
      throw new IllegalArgumentException(
          "mixing needs one alpha for each of " + n + " rows, got " + alpha.shape());
    }
    Tensor weight = alpha.unsqueeze(1).to(rows.dtype());
    return rows.mul(weight).add(partner.mul(weight.rsub(1)));
  }

  /**
   * Returns the first column of a matrix [N, D] without any variance, or −1. Reads from the device:
   * for messages only.
   */
  public static int constantColumn(Tensor z) {
    long[] constant = z.detach().std(true, 0).eq(0).toLongArray();
    for (int column = 0; column < constant.length; column++) {
      if (constant[column] != 0) {
        return column;
      }
    }
    return -1;
  }
}
