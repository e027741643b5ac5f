package io.diptych.report;

import java.util.Optional;

/**
 * A measured accuracy with its uncertainty.
 *
 * @param result the accuracy, a share from 0 to 1
 */
record Score(Evaluation.Result result) {

  double mean() {
    return result.mean();
  }

  /** Writes "72.3 ± 1.1", "72.3" where there was one draw only, in per cent; or a dash. */
  static void write(Html html, Optional<Score> score) {
    html.text(score.map(s -> Numbers.percent(s.mean())).orElse("–"));
    String spread =
        score
            .filter(s -> s.result.draws() > 1)
            .map(s -> " ±\u00a0" + Numbers.percent(s.result.std()))
            .orElse("");
    // Also where there is no spread, so that the numbers of a column stand below each other.
    html.leaf("span", spread, "class", "spread");
  }

  /** As it is said in a sentence: "72.3 % ± 1.1". */
  String spoken() {
    return Numbers.percentSign(mean())
        + (result.draws() > 1 ? "\u00a0±\u00a0" + Numbers.percent(result.std()) : "");
  }

  /** How this compares with another score: {@code better}, {@code worse} or {@code level}. */
  String against(Score other) {
    return !differsFrom(other) ? "level" : mean() > other.mean() ? "better" : "worse";
  }

  /** Whether the difference is larger than the two scores' uncertainties together. */
  boolean differsFrom(Score other) {
    return Math.abs(mean() - other.mean()) > Math.hypot(uncertainty(), other.uncertainty());
  }

  /** The spread over draws of labels, or what the number of test images leaves open. */
  private double uncertainty() {
    double sampling = Math.sqrt(Math.max(0, mean() * (1 - mean())) / Math.max(1, result.tested()));
    return result.draws() > 1 ? result.std() : sampling;
  }
}
