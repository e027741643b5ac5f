package io.diptych.evaluate;

import java.util.List;

/**
 * What a protocol found: accuracies, or other measures.
 *
 * @param scores a score for each kind of features and number of labels
 * @param measures the measures of each kind of features
 */
public record Findings(List<Score> scores, List<Measures> measures) {
  /** Copies the lists. */
  public Findings {
    scores = List.copyOf(scores);
    measures = List.copyOf(measures);
  }

  static Findings ofScores(List<Score> scores) {
    return new Findings(scores, List.of());
  }

  static Findings ofMeasures(List<Measures> measures) {
    return new Findings(List.of(), measures);
  }
}
