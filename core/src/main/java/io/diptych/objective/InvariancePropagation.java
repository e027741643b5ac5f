package io.diptych.objective;

import io.diptych.tensor.Ranked;
import io.diptych.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Invariance propagation (Wang, Liu, Yang and Wu, "Unsupervised representation learning by
 * invariance propagation", NeurIPS 2020): images that are reached over the nearest neighbours of
 * nearest neighbours are positives, above all those of them that are least alike.
 */
public final class InvariancePropagation {
  /** The least that is left of the sum over the nearest images, as a part of it. */
  private static final double LEAST = 1e-7;

  /** What is left out of the sum over the nearest images. */
  public enum Exclude {
    /** Nothing. */
    NONE,
    /** The own image. */
    SELF,
    /** The own image and the propagated ones that are not taken for positives. */
    EASY_POSITIVES
  }

  private InvariancePropagation() {}

  /**
   * Returns the k nearest images of each row other than its own.
   *
   * @return int64 [B, k]
   * @throws IllegalArgumentException if the bank has fewer than k + 1 rows
   */
  public static Tensor neighbours(BankSimilarity l, long k) {
    Tensor near = l.top(k + 1).indices();
    Tensor first = near.narrow(1, 0, k);
    return Tensor.where(first.eq(l.index()), near.narrow(1, k, 1), first);
  }

  /**
   * Follows a table of neighbours, breadth first: the neighbours of an image, then theirs in order,
   * and so on, with whatever occurs repeatedly.
   *
   * @param table the neighbours of each image, int64 [N, k]
   * @param index where to start, int64 [B]
   * @param layers how often, at least 1
   * @return int64 [B, k + k² + … ]
   */
  public static Tensor propagate(Tensor table, Tensor index, int layers) {
    List<Tensor> reached = new ArrayList<>();
    Tensor layer = index;
    for (int i = 0; i < layers; i++) {
      layer = table.indexSelect(0, layer.reshape(-1)).reshape(index.numel(), -1);
      reached.add(layer);
    }
    return Tensor.cat(reached, 1);
  }

  /**
   * Returns the loss L = −1/B · Σᵢ log(Σ_P e / S + 10⁻⁷): P are the positives among the propagated
   * images and S is the sum of e over the K nearest images, less what is excluded. An easy positive
   * that was reached twice is taken off twice, so that S could fall below nothing; it is kept at
   * 10⁻⁷ of what there was then.
   *
   * @param l rows and bank
   * @param propagated the images reached from each row, int64 [B, R]
   * @param positives the most positives of a row
   * @param hardest whether the positives are the least alike of the propagated images instead of
   *     the most alike
   * @param background K, at least 2
   * @param exclude what S leaves out
   * @return a scalar
   * @throws IllegalArgumentException if K is less than 2 or more than the bank has
   */
  public static Tensor loss(
      BankSimilarity l,
      Tensor propagated,
      long positives,
      boolean hardest,
      long background,
      Exclude exclude) {
    long reached = propagated.size(1);
    long count = Math.min(positives, reached);
    Tensor ordered = l.all().gather(1, propagated).topk(reached, 1, !hardest).values();
    Tensor near = BankSoftmax.total(ordered.narrow(1, 0, count));
    Tensor easy = ordered.narrow(1, count, reached - count);
    return BankSoftmax.negativeLog(near.sub(rest(l, easy, background, exclude)));
  }

  /** Returns log S, [B, 1]. */
  private static Tensor rest(BankSimilarity l, Tensor easy, long background, Exclude exclude) {
    if (background < 2) {
      throw new IllegalArgumentException(
          "invariance propagation needs at least the 2 nearest images, got " + background);
    }
    Ranked top = l.top(background);
    if (exclude == Exclude.NONE) {
      return BankSoftmax.total(top.values());
    }
    // An own image that ranks is left out of the sum, not taken off it: it may be nearly all.
    Tensor own = top.indices().eq(l.index());
    Tensor others = BankSoftmax.total(top.values().maskedFill(own, Double.NEGATIVE_INFINITY));
    Tensor ranks = own.to(others.dtype()).sumKeep(1).gt(0);
    Tensor left = share(l.own().maskedFill(ranks, Double.NEGATIVE_INFINITY), others).rsub(1);
    if (exclude == Exclude.EASY_POSITIVES && easy.size(1) > 0) {
      left = left.sub(share(BankSoftmax.total(easy), others));
    }
    return others.add(left.clamp(LEAST, Double.POSITIVE_INFINITY).log());
  }

  /** Returns a part of a whole, both as logarithms; no more than 1, as nothing is left of that. */
  private static Tensor share(Tensor part, Tensor whole) {
    return part.sub(whole).clamp(Double.NEGATIVE_INFINITY, 0).exp();
  }
}
