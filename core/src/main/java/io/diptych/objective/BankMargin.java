package io.diptych.objective;

import io.diptych.tensor.Tensor;

/**
 * The losses of instance discrimination that are differences of similarities. With s from {@link
 * BankSimilarity} at temperature 1 and y the row's own image, each is a mean over the batch.
 */
public final class BankMargin {
  private BankMargin() {}

  /**
   * Returns the mean of max_j s_j − s_y, which is 0 where the own image is the nearest.
   *
   * @return a scalar
   */
  public static Tensor single(BankSimilarity s) {
    // Both from the matrix, so that they are equal where they should be.
    return s.all().max(1, true).values().sub(s.all().gather(1, s.index())).mean();
  }

  /**
   * Returns the mean of 1/N · Σ_j s_j − s_y.
   *
   * @return a scalar
   */
  public static Tensor flat(BankSimilarity s) {
    return s.mean().sub(s.own()).mean();
  }

  /**
   * Returns the mean of 1/K · Σ_{T_K} s − s_y, with T_K the K nearest images.
   *
   * @param background K
   * @return a scalar
   */
  public static Tensor hardFlat(BankSimilarity s, long background) {
    return s.top(background).values().meanKeep(1).sub(s.own()).mean();
  }
}
