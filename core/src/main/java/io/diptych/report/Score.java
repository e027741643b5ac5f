package io.diptych.report;

/**
 * A measured accuracy with its uncertainty.
 *
 * @param result the accuracy, a share from 0 to 1
 * @param tested the number of test images
 */
record Score(Evaluation.Result result, long tested) {

  double mean() {
    return result.mean();
  }

  /** "72.3 ± 1.1", or "72.3" where there was one draw only; in per cent without the sign. */
  String shown() {
    return Numbers.percent(mean())
        + (result.draws() > 1 ? "\u00a0±\u00a0" + Numbers.percent(result.std()) : "");
  }

  /** The same inside a sentence: "72.3 % ± 1.1". */
  String spoken() {
    return Numbers.percentSign(mean())
        + (result.draws() > 1 ? "\u00a0±\u00a0" + Numbers.percent(result.std()) : "");
  }

  /** Whether the difference is larger than the two scores' uncertainties together. */
  boolean differsFrom(Score other) {
    return Math.abs(mean() - other.mean()) > Math.hypot(uncertainty(), other.uncertainty());
  }

  /** The spread over draws of labels, or what the number of test images leaves open. */
  private double uncertainty() {
    double sampling = Math.sqrt(Math.max(0, mean() * (1 - mean())) / Math.max(1, tested));
    return result.draws() > 1 ? result.std() : sampling;
  }
}
