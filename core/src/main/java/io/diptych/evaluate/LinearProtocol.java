package io.diptych.evaluate;

import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** The linear probe on all kinds of features, with few labels and with all. */
public final class LinearProtocol {
  /** The name of the protocol and its file. */
  public static final String NAME = "linear";

  private static final int FIVE = 5;

  private LinearProtocol() {}

  /**
   * Measures and writes {@code linear.json}. A draw takes the same samples for all kinds. Of
   * several exits, the ensemble is the mean of the logits of each draw.
   *
   * @param cancelled true ends the work with a {@link java.util.concurrent.CancellationException}
   * @return for each kind of features a score for each number of labels, in the order of the
   *     settings, then for all
   */
  public static List<Score> run(
      Subject subject,
      LinearProbe.Settings settings,
      Path directory,
      Progress progress,
      BooleanSupplier cancelled)
      throws IOException {
    List<Budget> budgets = budgets(subject, settings);
    int fits = budgets.stream().mapToInt(budget -> budget.draws.size()).sum();
    ResultFile file = new ResultFile(NAME, subject, settings);
    Map<String, List<Tally>> tallies = new LinkedHashMap<>();
    for (Subject.Kind kind : subject.kinds()) {
      String what = "linear probe on " + kind.name();
      Watch watch = new Watch(progress, cancelled);
      try (LinearProbe probe =
          LinearProbe.of(
              settings, kind.train(), subject.train().labels(), subject.classes(), watch)) {
        int done = 0;
        for (int budget = 0; budget < budgets.size(); budget++) {
          for (Draw draw : budgets.get(budget).draws) {
            watch.at(what, done++, fits);
            try (Scope scope = Scope.open()) {
              LinearProbe.Model model = probe.fit(draw.samples);
              Tensor logits = probe.logits(model, kind.test());
              Outcome outcome = Outcome.of(logits, subject.test().labels());
              tally(tallies, kind.name(), budgets, budget).add(outcome, model.lambda());
              Optional<Tensor> mean = draw.ensemble.hear(kind, logits);
              if (mean.isPresent()) {
                Outcome together = Outcome.of(mean.get(), subject.test().labels());
                tally(tallies, Ensemble.NAME, budgets, budget).add(together, null);
              }
              if (budgets.get(budget).labels == null && kind.name().equals(Subject.ENCODER)) {
                file.classes(outcome);
              }
            }
          }
        }
        watch.at(what, fits, fits);
      }
    }
    List<Score> scores = new ArrayList<>();
    tallies.forEach((name, each) -> each.forEach(tally -> scores.add(tally.score(name))));
    file.scores(scores).write(directory);
    return List.copyOf(scores);
  }

  private static Tally tally(
      Map<String, List<Tally>> tallies, String name, List<Budget> budgets, int budget) {
    return tallies
        .computeIfAbsent(name, key -> budgets.stream().map(b -> new Tally(b.labels)).toList())
        .get(budget);
  }

  /** How many labels of each class there are, null for all, and the draws of samples. */
  private record Budget(@Nullable Integer labels, List<Draw> draws) {}

  private record Draw(long[] samples, Ensemble ensemble) {}

  private static List<Budget> budgets(Subject subject, LinearProbe.Settings settings) {
    FewLabels few =
        FewLabels.of(subject.train().labels(), subject.train().classNames(), settings.seed());
    List<Budget> budgets = new ArrayList<>();
    for (int labels : settings.labelsPerClass()) {
      List<Draw> draws = new ArrayList<>();
      for (int draw = 0; draw < settings.draws(); draw++) {
        draws.add(new Draw(few.draw(labels, draw), new Ensemble(subject)));
      }
      budgets.add(new Budget(labels, draws));
    }
    if (settings.allLabels()) {
      long[] all = LongStream.range(0, subject.train().size()).toArray();
      budgets.add(new Budget(null, List.of(new Draw(all, new Ensemble(subject)))));
    }
    return budgets;
  }

  /** The results of the draws with one number of labels. */
  private static final class Tally {
    private final @Nullable Integer labels;
    private final List<Double> accuracy = new ArrayList<>();
    private final List<Double> lambda = new ArrayList<>();
    private double top5;

    Tally(@Nullable Integer labels) {
      this.labels = labels;
    }

    void add(Outcome outcome, @Nullable Double penalty) {
      accuracy.add(outcome.accuracy());
      top5 += outcome.top(FIVE);
      if (penalty != null) {
        lambda.add(penalty);
      }
    }

    Score score(String features) {
      return new Score(features, labels, accuracy, top5 / accuracy.size(), lambda);
    }
  }
}
