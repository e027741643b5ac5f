package io.diptych.evaluate;

import io.diptych.tensor.Scope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** The linear probe on all kinds of features, with few labels and with all. */
public final class LinearProtocol {
  /** The name of the protocol and its file. */
  public static final String NAME = "linear";

  private LinearProtocol() {}

  /**
   * Measures and writes {@code linear.json}. A draw takes the same samples for all kinds.
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
    List<Score> scores = new ArrayList<>();
    for (Subject.Kind kind : subject.kinds()) {
      String what = "linear probe on " + kind.name();
      Watch watch = new Watch(progress, cancelled);
      try (LinearProbe probe =
          LinearProbe.of(
              settings, kind.train(), subject.train().labels(), subject.classes(), watch)) {
        int done = 0;
        for (Budget budget : budgets) {
          Tally tally = new Tally();
          for (long[] samples : budget.draws) {
            watch.at(what, done++, fits);
            Outcome outcome = tally.add(subject, kind, probe, samples);
            if (budget.labels == null && kind.name().equals(Subject.ENCODER)) {
              file.classes(outcome);
            }
          }
          scores.add(tally.score(kind.name(), budget.labels));
        }
        watch.at(what, fits, fits);
      }
    }
    file.scores(scores).write(directory);
    return List.copyOf(scores);
  }

  /** How many labels of each class there are, null for all, and the samples of every draw. */
  private record Budget(@Nullable Integer labels, List<long[]> draws) {}

  private static List<Budget> budgets(Subject subject, LinearProbe.Settings settings) {
    FewLabels few =
        FewLabels.of(subject.train().labels(), subject.train().classNames(), settings.seed());
    List<Budget> budgets = new ArrayList<>();
    for (int labels : settings.labelsPerClass()) {
      List<long[]> draws = new ArrayList<>();
      for (int draw = 0; draw < settings.draws(); draw++) {
        draws.add(few.draw(labels, draw));
      }
      budgets.add(new Budget(labels, draws));
    }
    if (settings.allLabels()) {
      long[] all = LongStream.range(0, subject.train().size()).toArray();
      budgets.add(new Budget(null, List.of(all)));
    }
    return budgets;
  }

  /** The results of the draws with one number of labels. */
  private static final class Tally {
    private final List<Double> accuracy = new ArrayList<>();
    private final List<Double> lambda = new ArrayList<>();
    private double top5;

    Outcome add(Subject subject, Subject.Kind kind, LinearProbe probe, long[] samples) {
      try (Scope scope = Scope.open()) {
        LinearProbe.Model model = probe.fit(samples);
        Outcome outcome = Outcome.of(probe.logits(model, kind.test()), subject.test().labels());
        accuracy.add(outcome.accuracy());
        lambda.add(model.lambda());
        top5 += outcome.top(5);
        return outcome;
      }
    }

    Score score(String features, @Nullable Integer labels) {
      return new Score(features, labels, accuracy, top5 / accuracy.size(), lambda);
    }
  }
}
