package io.diptych.objective;

import io.diptych.tensor.Tensor;
import java.util.List;

/**
 * The mean squared error of rows of length 1 (Grill et al., "Bootstrap your own latent", NeurIPS
 * 2020, equation 2).
 *
 * <pre>L(a, b) = 1/N · Σᵢ ‖aᵢ/‖aᵢ‖ − bᵢ/‖bᵢ‖‖² = 2 − 2/N · Σᵢ cos(aᵢ, bᵢ)</pre>
 *
 * <p>From 0 (same directions) to 4 (opposite ones). A row of zeros has no direction: its cosine is
 * 0 and its gradient finite.
 */
public final class NormalizedMse {
  private static final String NAME = "the squared error";

  private NormalizedMse() {}

  /**
   * Returns the loss of two views. Gradients flow into both.
   *
   * @param a rows of the first view, [N, D]
   * @param b rows of the second view, row by row of the same images, [N, D]
   * @param normalize whether rows are brought to length 1; otherwise the plain error: the mean of
   *     (a − b)² over all N·D entries
   * @return a scalar, the mean over N rows
   * @throws IllegalArgumentException if the shapes differ or are not matrices
   */
  public static Tensor loss(Tensor a, Tensor b, boolean normalize) {
    Rows.same(NAME, a, b);
    if (!normalize) {
      return a.sub(b).square().mean();
    }
    return a.normalize(1).mul(b.normalize(1)).sum(1).mean().mul(-2).add(2);
  }

  /**
   * Returns the loss of predictions by one network of what another makes of the other views: L(pᵢ,
   * tⱼ) + L(pⱼ, tᵢ), averaged over the pairs i &lt; j. No gradient flows into the targets.
   *
   * @param predictions for each view, at least two, [N, D]
   * @param targets for each view, [N, D]
   * @param normalize whether rows are brought to length 1
   * @return a scalar; with {@code normalize} from 0 to 8
   * @throws IllegalArgumentException if the views are fewer than two or differ in number or shape
   */
  public static Tensor acrossViews(
      List<Tensor> predictions, List<Tensor> targets, boolean normalize) {
    if (predictions.size() != targets.size()) {
      throw new IllegalArgumentException(
          "each view has a prediction and a target, got "
              + predictions.size()
              + " and "
              + targets.size());
    }
    return Pairs.mean(
        predictions.size(),
        (i, j) ->
            loss(predictions.get(i), targets.get(j).detach(), normalize)
                .add(loss(predictions.get(j), targets.get(i).detach(), normalize)));
  }
}
