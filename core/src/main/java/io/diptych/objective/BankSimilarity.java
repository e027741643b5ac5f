package io.diptych.objective;

import io.diptych.tensor.Device;
import io.diptych.tensor.Ranked;
import io.diptych.tensor.Shape;
import io.diptych.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a batch against a memory bank with one row for each training image (Wu, Xiong, Yu and
 * Lin, "Unsupervised feature learning via non-parametric instance discrimination", CVPR 2018,
 * section 3): l_ij = n(f_i)·M_j / τ, where n divides by the length and M_j is taken as stored. The
 * bank is a constant; gradients flow into the rows. Nothing is computed before it is asked for, and
 * nothing twice.
 */
public final class BankSimilarity {
  private final Tensor scaled;
  private final Tensor bank;
  private final Tensor index;
  private @Nullable Tensor all;
  private @Nullable Ranked ranked;

  private BankSimilarity(Tensor scaled, Tensor bank, Tensor index) {
    this.scaled = scaled;
    this.bank = bank;
    this.index = index;
  }

  /**
   * Compares rows with a bank.
   *
   * @param rows f, [B, D]
   * @param bank M, [N, D]
   * @param index which row of the bank is each row's own image, int64 [B]
   * @param temperature τ, above 0; 1 for the similarities themselves
   * @throws IllegalArgumentException if the shapes do not fit, or, on the processor, an index is
   *     not in the bank
   */
  public static BankSimilarity of(Tensor rows, Tensor bank, Tensor index, double temperature) {
    Shape f = rows.shape();
    Shape m = bank.shape();
    if (f.rank() != 2 || m.rank() != 2 || f.size(0) == 0 || f.size(1) != m.size(1)) {
      throw new IllegalArgumentException(
          "a memory bank [N, D] needs rows [B, D] of its width and at least one, got "
              + m
              + " and "
              + f);
    }
    requireInBank(index, f.size(0), m.size(0));
    return new BankSimilarity(rows.normalize(1).div(temperature), bank.detach(), index);
  }

  /** Returns l, [B, N]. */
  public Tensor all() {
    if (all == null) {
      all = scaled.matmul(bank.t());
    }
    return all;
  }

  /** Returns l of each row's own image, [B, 1]. */
  public Tensor own() {
    // Without the whole matrix: its gradient would be another one, full of zeros.
    return scaled.mul(bank.indexSelect(0, index)).sumKeep(1);
  }

  /** Returns the mean of l over the bank, [B, 1]. */
  Tensor mean() {
    return scaled.mul(bank.meanKeep(0)).sumKeep(1);
  }

  /**
   * Returns the largest of l in each row, descending, and which images they are, [B, k].
   *
   * @throws IllegalArgumentException if the bank has fewer than k rows
   */
  public Ranked top(long k) {
    if (k < 1 || k > bank.size(0)) {
      throw new IllegalArgumentException(
          "the nearest " + k + " of a memory bank of " + bank.size(0) + " rows do not exist");
    }
    if (ranked == null || ranked.values().size(1) < k) {
      ranked = all().topk(k, 1, true);
    }
    return new Ranked(ranked.values().narrow(1, 0, k), ranked.indices().narrow(1, 0, k));
  }

  /** Returns each row's own image as a column, int64 [B, 1]. */
  Tensor index() {
    return index.unsqueeze(1);
  }

  private static void requireInBank(Tensor index, long rows, long images) {
    if (index.rank() != 1 || index.numel() != rows) {
      throw new IllegalArgumentException(
          rows + " rows need an index [" + rows + "], got " + index.shape());
    }
    // On another device the check would wait for it; there the lookup itself fails.
    if (index.device().equals(Device.CPU)) {
      double least = index.min().item();
      double most = index.max().item();
      if (least < 0 || most >= images) {
        throw new IllegalArgumentException(
            "image "
                + (long) (least < 0 ? least : most)
                + " has no row in a memory bank of "
                + images);
      }
    }
  }
}
