package io.diptych.objective;

import io.diptych.tensor.DType;
import io.diptych.tensor.Tensor;
import java.util.List;

/**
 * The supervised contrastive loss and its relatives (Khosla et al., "Supervised contrastive
 * learning", NeurIPS 2020, equation 2; Bae et al., "Self-contrastive learning", AAAI 2023,
 * equations 2 to 4).
 *
 * <p>Rows come in columns: one for each place in the network that gives features. All rows of all
 * columns together, column by column, are the contrasts; the anchors are some of these. With s the
 * product of two rows divided by the temperature T, N(a) all contrasts but the anchor itself, and
 * P(a) those of them that are its positives:
 *
 * <pre>L = mean over a of −(T/T₀) · 1/|P(a)| · Σ_{p∈P(a)} ( s(a, p) − log Σ_{c∈N(a)} exp s(a, c) )
 * </pre>
 */
public final class Contrastive {
  /** The T₀ of the published methods. */
  public static final double BASE_TEMPERATURE = 0.07;

  /** Which rows are anchors. */
  public enum Anchors {
    /** All rows. */
    ALL,
    /** The rows of the first column. */
    FIRST,
    /** The rows of all columns but the last: of the exits, where the last is the whole network. */
    EXITS
  }

  private Contrastive() {}

  /**
   * Returns the loss. Gradients flow into all rows, as anchors and as contrasts.
   *
   * @param columns at least one matrix [N, D], all of one shape; taken as they are, so bring rows
   *     to length 1 before if products shall be cosines
   * @param positives which rows attract each other, of N rows
   * @param anchors which rows are anchors
   * @param temperature T, above 0
   * @param baseTemperature T₀, above 0
   * @return a scalar
   * @throws IllegalArgumentException if shapes or temperatures do not fit, or if an anchor has no
   *     positive (where such are dropped: if no anchor is left)
   */
  public static Tensor loss(
      List<Tensor> columns,
      Positives positives,
      Anchors anchors,
      double temperature,
      double baseTemperature) {
    requireTemperature(temperature);
    requireTemperature(baseTemperature);
    long rows = rows(columns);
    positives.requireRows(rows);
    long anchored = rows * count(anchors, columns.size());
    Tensor contrasts = Tensor.cat(columns, 0);
    long all = contrasts.size(0);

    Tensor logits = contrasts.narrow(0, 0, anchored).matmul(contrasts.t()).div(temperature);
    Tensor self = Tensor.eye(all, DType.BOOL, logits.device()).narrow(0, 0, anchored);
    Tensor weights = positives.weights(self, logits.dtype());
    Tensor sums = weights.sumKeep(1);
    positives.requireCompany(sums, all);
    Tensor others = logits.maskedFill(self, Double.NEGATIVE_INFINITY).logSumExp(1);
    return mean(others, logits, weights, sums, positives.dropsLonely())
        .mul(temperature / baseTemperature);
  }

  /** Lonely anchors weigh 0 rather than being cut out, for a shape that depends on no label. */
  private static Tensor mean(
      Tensor others, Tensor logits, Tensor weights, Tensor sums, boolean dropLonely) {
    if (!dropLonely) {
      return others.sub(logits.mul(weights.div(sums)).sum(1)).mean();
    }
    Tensor kept = sums.gt(0);
    Tensor pulled = logits.mul(weights.div(sums.maskedFill(kept.not(), 1))).sum(1);
    Tensor counted = kept.to(others.dtype()).squeeze(1);
    return others.sub(pulled).mul(counted).sum().div(counted.sum());
  }

  private static long rows(List<Tensor> columns) {
    if (columns.isEmpty()) {
      throw new IllegalArgumentException("the contrastive loss needs at least one column of rows");
    }
    for (Tensor column : columns) {
      Rows.same("the contrastive loss", columns.get(0), column);
    }
    return columns.get(0).size(0);
  }

  private static int count(Anchors anchors, int columns) {
    if (anchors == Anchors.EXITS && columns < 2) {
      throw new IllegalArgumentException(
          "exits as anchors need at least one column beside the last, got " + columns);
    }
    return switch (anchors) {
      case ALL -> columns;
      case FIRST -> 1;
      case EXITS -> columns - 1;
    };
  }

  private static void requireTemperature(double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException("a temperature must be above 0 and finite, was " + value);
    }
  }
}
