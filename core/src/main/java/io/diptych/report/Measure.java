package io.diptych.report;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An accuracy that is measured.
 *
 * @param labelsPerClass null for all
 * @param variant what else tells accuracies of a protocol apart, if anything
 */
record Measure(String protocol, @Nullable Long labelsPerClass, @Nullable String variant) {

  /** All that the runs' evaluations measured: protocols in the page's order, few labels first. */
  static List<Measure> of(Collection<Run> runs) {
    return runs.stream()
        .flatMap(run -> run.evaluations().values().stream())
        .flatMap(e -> e.results().stream().map(r -> new Measure(e.protocol(), r)))
        .distinct()
        .sorted(
            Comparator.comparingInt((Measure m) -> Wording.rank(m.protocol))
                .thenComparing(Measure::protocol)
                .thenComparingLong(
                    m -> m.labelsPerClass == null ? Long.MAX_VALUE : m.labelsPerClass))
        .toList();
  }

  private Measure(String protocol, Evaluation.Result result) {
    this(protocol, result.labelsPerClass(), result.variant());
  }

  Optional<Score> score(Run run, Features features) {
    return run.results(protocol).stream()
        .filter(result -> result.features().equals(features.key()))
        .filter(result -> new Measure(protocol, result).equals(this))
        .findFirst()
        .map(Score::new);
  }

  String labels() {
    if (variant != null && labelsPerClass == null) {
      return variant;
    }
    String prefix = variant == null ? "" : variant + ", ";
    return prefix
        + (labelsPerClass == null ? "all labels" : Numbers.count(labelsPerClass) + " per class");
  }
}
