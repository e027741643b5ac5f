package io.diptych.report;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One thing that is measured: a protocol with some labels per class (null: all of them). */
record Measure(String protocol, @Nullable Long labelsPerClass) {

  /** All that the runs' evaluations measured: kNN first, then linear, few labels first. */
  static List<Measure> of(Collection<Run> runs) {
    return runs.stream()
        .flatMap(run -> run.evaluations().values().stream())
        .flatMap(e -> e.results().stream().map(r -> new Measure(e.protocol(), r.labelsPerClass())))
        .distinct()
        .sorted(
            Comparator.comparingInt(Measure::rank)
                .thenComparing(Measure::protocol)
                .thenComparingLong(
                    m -> m.labelsPerClass == null ? Long.MAX_VALUE : m.labelsPerClass))
        .toList();
  }

  Optional<Score> score(Run run, Features features) {
    return run.evaluation(protocol)
        .flatMap(
            evaluation ->
                run.result(protocol, features, labelsPerClass)
                    .map(result -> new Score(result, evaluation.data().test())));
  }

  /** The protocol's name on the page. */
  static String protocolName(String protocol) {
    return switch (protocol) {
      case Run.KNN -> "kNN";
      case Run.LINEAR -> "Linear";
      default -> protocol;
    };
  }

  String labels() {
    return labelsPerClass == null ? "all labels" : Numbers.count(labelsPerClass) + " per class";
  }

  private int rank() {
    return switch (protocol) {
      case Run.KNN -> 0;
      case Run.LINEAR -> 1;
      default -> 2;
    };
  }
}
