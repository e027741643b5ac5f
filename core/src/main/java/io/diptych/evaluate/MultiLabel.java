package io.diptych.evaluate;

import io.diptych.tensor.Tensor;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Images that show any number of classes, or none, as those of Pascal VOC 2007: the loss such
 * classifiers learn by, and the average precision they are judged by. Where a class is difficult to
 * see its label is one to be ignored.
 */
public final class MultiLabel {
  private MultiLabel() {}

  /**
   * The binary cross-entropy of each class, summed over the classes, mean over the images. Entries
   * to be ignored count nothing, but their images do.
   *
   * @param logits floating point [N, C]
   * @param labels [N, C]: 1 where the class is there, 0 where not
   * @param ignored the label of entries to be ignored, neither 0 nor 1
   * @return a number with gradient
   * @throws IllegalArgumentException if the shapes differ
   */
  public static Tensor crossEntropy(Tensor logits, Tensor labels, long ignored) {
    requireSameShape(logits, labels);
    Tensor target = labels.eq(1).to(logits.dtype());
    // log(1 + exp(x)) − x·y, written so that no exponential can overflow
    Tensor softplus = logits.relu().add(logits.abs().neg().exp().add(1).log());
    Tensor each = softplus.sub(logits.mul(target));
    return each.maskedFill(labels.eq((double) ignored), 0).sum().div((double) logits.size(0));
  }

  /**
   * The average precision of each class: the precision at every threshold that admits another true
   * image, averaged over the true images (Σ (Rₙ − Rₙ₋₁)·Pₙ). Images of equal score come in
   * together.
   *
   * @param scores [N, C], the higher the likelier
   * @param labels [N, C] as for {@link #crossEntropy}
   * @param ignored the label of entries to be ignored
   * @param tie by how much the scores of true images are lowered first; above 0, an image must be
   *     clearly ahead of the false ones to count
   * @return [C], NaN for a class that no image shows
   * @throws IllegalArgumentException if the shapes differ
   */
  public static double[] averagePrecision(Tensor scores, Tensor labels, long ignored, double tie) {
    requireSameShape(scores, labels);
    int classes = (int) scores.size(1);
    double[] score = scores.toDoubleArray();
    double[] label = labels.toDoubleArray();
    double[] precision = new double[classes];
    for (int c = 0; c < classes; c++) {
      int column = c;
      int[] kept =
          IntStream.range(0, (int) scores.size(0))
              .map(i -> i * classes + column)
              .filter(i -> label[i] != ignored)
              .toArray();
      precision[c] =
          averagePrecision(
              Arrays.stream(kept).mapToDouble(i -> score[i] - tie * label[i]).toArray(),
              Arrays.stream(kept).mapToObj(i -> label[i] == 1).toArray(Boolean[]::new));
    }
    return precision;
  }

  private static double averagePrecision(double[] scores, Boolean[] isTrue) {
    int[] order =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -scores[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double sum = 0;
    int found = 0;
    int together = 0;
    for (int i = 0; i < order.length; i++) {
      together += isTrue[order[i]] ? 1 : 0;
      if (i + 1 == order.length || scores[order[i + 1]] != scores[order[i]]) {
        found += together;
        sum += (double) together * found / (i + 1);
        together = 0;
      }
    }
    return sum / found;
  }

  private static void requireSameShape(Tensor values, Tensor labels) {
    if (values.rank() != 2 || !values.shape().equals(labels.shape())) {
      throw new IllegalArgumentException(
          "scores and labels must both be [N, C], were "
              + values.shape()
              + " and "
              + labels.shape());
    }
  }
}
