package io.diptych.objective;

import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Tensor;
import java.util.List;

/**
 * Self-labelling (Van Gansbeke et al., "SCAN", ECCV 2020; the second stage of Wang et al., arXiv
 * 2110.07402): the more confident of an image's two global views names its class, and the other
 * views learn it by cross-entropy if that confidence passes a threshold.
 *
 * @param second whether the second view is the more confident (bool [N]); equal ones count as such
 * @param target the class that view names, int64 [N]
 * @param mask whether it is confident enough, bool [N]
 * @param threshold what the confidence must exceed, scalar
 * @param fraction part of the samples whose confidence at the temperature exceeds it, scalar
 */
public record SelfLabels(
    Tensor second, Tensor target, Tensor mask, Tensor threshold, Tensor fraction) {
  private static final String NAME = "self-labelling";

  /**
   * Names the classes of a batch. No gradient flows into the logits.
   *
   * <p>The confidence of a view is its largest class probability at the temperature. With a
   * quantile q above 0 the threshold is the confidence of sample ⌊q·N⌋ of the batch, most confident
   * first, counted from 0; with q = 0 it is the one given. Whether a label is used is decided by
   * the probability at temperature 1.
   *
   * @param first logits of the first global view, [N, C]
   * @param second logits of the second global view, [N, C]
   * @param temperature τ, above 0
   * @param quantile q, from 0 to 1
   * @param threshold for q = 0
   */
  public static SelfLabels of(
      Tensor first, Tensor second, double temperature, double quantile, double threshold) {
    int rows = Math.toIntExact(Rows.same(NAME, first, second));
    Tensor ofFirst = confidence(first.detach().div(temperature));
    Tensor ofSecond = confidence(second.detach().div(temperature));
    Tensor best = ofFirst.maximum(ofSecond);
    Tensor limit = threshold(best, rows, quantile, threshold);
    Tensor secondWins = ofFirst.le(ofSecond);
    Tensor weak = Tensor.where(secondWins.unsqueeze(1), second.detach(), first.detach());
    return new SelfLabels(
        secondWins,
        weak.argmax(1),
        confident(weak, limit),
        limit,
        limit.lt(best).to(first.dtype()).mean());
  }

  private static Tensor threshold(Tensor best, int rows, double quantile, double threshold) {
    if (quantile == 0) {
      return Tensor.full(threshold, best.dtype(), best.device());
    }
    int place = Math.min((int) (quantile * rows), rows - 1);
    return best.sort(0).values().select(0, rows - 1L - place);
  }

  /** Returns which rows of logits [N, C] have a class more probable than the threshold. */
  static Tensor confident(Tensor logits, Tensor threshold) {
    return threshold.lt(confidence(logits));
  }

  private static Tensor confidence(Tensor logits) {
    return logits.softmax(1).max(1, false).values();
  }

  /**
   * Returns the mean over views of the cross-entropy of these labels: of the global view that did
   * not name them, and of every local view.
   *
   * @param logits of each view by the student, [N, C]; two global views, then local ones
   * @param balanced whether classes weigh the same, however many samples they have
   */
  public Tensor loss(List<Tensor> logits, boolean balanced) {
    if (logits.size() < 2) {
      throw new IllegalArgumentException(
          "self-labelling needs two global views or more, got " + logits.size());
    }
    logits.forEach(view -> Rows.same(NAME, logits.get(0), view));
    Tensor strong = Tensor.where(second.unsqueeze(1), logits.get(0), logits.get(1));
    Tensor sum = crossEntropy(strong, target, mask, balanced);
    for (Tensor local : logits.subList(2, logits.size())) {
      sum = sum.add(crossEntropy(local, target, mask, balanced));
    }
    return sum.div(logits.size() - 1.0);
  }

  /**
   * Returns the mean cross-entropy over the samples of a mask; 0, with gradient 0, if it is empty.
   *
   * @param logits [N, C]
   * @param target class numbers, int64 [N]
   * @param mask which samples count, bool [N]
   * @param balanced whether each sample weighs the inverse of its class's share of the mask
   */
  public static Tensor crossEntropy(Tensor logits, Tensor target, Tensor mask, boolean balanced) {
    Tensor each = logits.logSoftmax(1).gather(1, target.unsqueeze(1)).squeeze(1).neg();
    Tensor weight = mask.to(logits.dtype());
    if (balanced) {
      DType dtype = logits.dtype();
      Device device = logits.device();
      Tensor counts = Tensor.zeros(dtype, device, logits.size(1)).scatterAdd(0, target, weight);
      Tensor own = counts.indexSelect(0, target).clamp(1, Double.POSITIVE_INFINITY);
      weight = weight.mul(weight.sum()).div(own);
    }
    // Weights are 0 or at least 1, so that only an empty mask meets the bound.
    return each.mul(weight).sum().div(weight.sum().clamp(1, Double.POSITIVE_INFINITY));
  }
}
