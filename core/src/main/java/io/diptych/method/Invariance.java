package io.diptych.method;

import io.diptych.objective.BankSimilarity;
import io.diptych.objective.InvariancePropagation;
import io.diptych.option.Option;
import io.diptych.option.OptionException;
import io.diptych.tensor.Tensor;
import java.util.Locale;

/**
 * Invariance propagation.
 *
 * @param weight of its loss
 * @param ramp how the weight comes in
 * @param rampEpochs the length of the ramp
 * @param layers how often neighbours are followed
 * @param neighbours k of each image
 * @param positives how many of the reached images are positives
 * @param hardPositives whether these are the least alike
 * @param exclude what is left out of the sum over the background
 */
public record Invariance(
    @Option(value = "0.6", range = "[0, inf)", doc = "weight of the loss") double weight,
    @Option(
            value = "binary",
            doc =
                "how the weight comes in: binary: all of it after the ramp; gaussian: smoothly;"
                    + " zero: all of it from the first epoch")
        RampUp ramp,
    @Option(value = "30", range = "[1, inf)", doc = "length of the ramp in epochs") int rampEpochs,
    @Option(value = "3", range = "[1, 8]", doc = "how often the neighbours are followed")
        int layers,
    @Option(value = "4", range = "[1, inf)", doc = "neighbours of each image in the table")
        int neighbours,
    @Option(value = "50", range = "[1, inf)", doc = "most positives of an image") int positives,
    @Option(
            value = "true",
            doc = "take the least alike of the reached images for positives, not the most alike")
        boolean hardPositives,
    @Option(
            value = "self",
            doc =
                "what does not count among the background: none, self, or easy-positives: self"
                    + " and the reached images that are no positives")
        InvariancePropagation.Exclude exclude) {
  private static final long MOST = 100_000;
  private static final double RAMP_STEEPNESS = 5;

  /** Checks that what is reached can be held. */
  public Invariance {
    double reached = 0;
    for (int layer = 1; layer <= layers; layer++) {
      reached += Math.pow(neighbours, layer);
    }
    if (reached > MOST) {
      throw new OptionException(
          "layers",
          String.format(
              Locale.ROOT,
              "%d layers of %d neighbours reach %.0f images from each, more than %d",
              layers,
              neighbours,
              reached,
              MOST));
    }
  }

  /**
   * Returns the loss with its weight at this step.
   *
   * @param l rows and bank
   * @param table the neighbours of each image, int64 [N, k]
   * @param index which images the rows are of, int64 [B]
   * @param background K
   */
  Tensor loss(BankSimilarity l, Tensor table, Tensor index, int background, Step step) {
    Tensor reached = InvariancePropagation.propagate(table, index, layers);
    return InvariancePropagation.loss(l, reached, positives, hardPositives, background, exclude)
        .mul(weight * ramp.at(step.epoch(), rampEpochs, RAMP_STEEPNESS));
  }
}
