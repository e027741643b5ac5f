package io.diptych.evaluate;

import io.diptych.tensor.Scope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
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
   * @return for each kind of features a score for each number of labels, fewest first
   */
  public static List<Score> run(
      Subject subject,
      LinearProbe.Settings settings,
      Path directory,
      Progress progress,
      BooleanSupplier cancelled)
      throws IOException {
    ResultFile file = new ResultFile(NAME, subject, settings);
    FewLabels few =
        FewLabels.of(subject.train().labels(), subject.train().classNames(), settings.seed());
    List<Score> scores = new ArrayList<>();
    for (Subject.Kind kind : subject.kinds()) {
      Watch watch =
          new Watch((what, part) -> progress.at("linear probe on " + kind.name(), part), cancelled);
      try (LinearProbe probe =
          LinearProbe.of(
              settings, kind.train(), subject.train().labels(), subject.classes(), watch)) {
        for (int labels : settings.labelsPerClass()) {
          List<long[]> draws = new ArrayList<>();
          for (int draw = 0; draw < settings.draws(); draw++) {
            draws.add(few.draw(labels, draw));
          }
          scores.add(score(subject, kind, probe, labels, draws, null));
        }
        if (settings.allLabels()) {
          ResultFile confused = kind.name().equals(Subject.ENCODER) ? file : null;
          List<long[]> all = List.of(range(subject.train().size()));
          scores.add(score(subject, kind, probe, null, all, confused));
        }
      }
    }
    file.scores(scores).write(directory);
    return List.copyOf(scores);
  }

  private static Score score(
      Subject subject,
      Subject.Kind kind,
      LinearProbe probe,
      @Nullable Integer labels,
      List<long[]> draws,
      @Nullable ResultFile confused) {
    List<Double> accuracy = new ArrayList<>();
    List<Double> lambda = new ArrayList<>();
    double top5 = 0;
    for (long[] samples : draws) {
      try (Scope scope = Scope.open()) {
        LinearProbe.Model model = probe.fit(samples);
        Outcome outcome = Outcome.of(probe.logits(model, kind.test()), subject.test().labels());
        accuracy.add(outcome.accuracy());
        lambda.add(model.lambda());
        top5 += outcome.top(5) / draws.size();
        if (confused != null) {
          confused.classes(outcome);
        }
      }
    }
    return new Score(kind.name(), labels, accuracy, top5, lambda);
  }

  private static long[] range(int size) {
    long[] all = new long[size];
    for (int i = 0; i < size; i++) {
      all[i] = i;
    }
    return all;
  }
}
