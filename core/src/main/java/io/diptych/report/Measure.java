package io.diptych.report;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One thing that is measured: a protocol with some labels per class (null: all of them). */
record Measure(String protocol, @Nullable Long labelsPerClass) {

  /** All that the runs' evaluations measured: protocols in the page's order, few labels first. */
  static List<Measure> of(Collection<Run> runs) {
    return runs.stream()
        .flatMap(run -> run.evaluations().values().stream())
        .flatMap(e -> e.results().stream().map(r -> new Measure(e.protocol(), r.labelsPerClass())))
        .distinct()
        .sorted(
            Comparator.comparingInt((Measure m) -> Wording.rank(m.protocol))
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

  String labels() {
    return labelsPerClass == null ? "all labels" : Numbers.count(labelsPerClass) + " per class";
  }
}
