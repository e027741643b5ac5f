package io.diptych.evaluate;

import io.diptych.option.Choice;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Linear evaluation by gradient descent on all kinds of features, with all labels. */
public final class LinearSgdProtocol {
  /** The name of the protocol and its file. */
  public static final String NAME = "linear-sgd";

  private static final int FIVE = 5;

  private LinearSgdProtocol() {}

  /**
   * Measures and writes {@code linear-sgd.json}, which also has the chosen rates, an interval of 95
   * % by the bootstrap, and the best accuracy of any epoch. Of several exits, the ensemble is the
   * mean of the logits. New views are made for the trained encoder; the baselines learn on images
   * as they are.
   *
   * @param cancelled true ends the work with a {@link java.util.concurrent.CancellationException}
   * @return a score of the last epoch for each kind of features
   */
  public static List<Score> run(
      Subject subject,
      LinearSgd.Settings settings,
      Path directory,
      Progress progress,
      BooleanSupplier cancelled)
      throws IOException {
    ResultFile file = new ResultFile(NAME, subject, settings);
    List<Score> scores = new ArrayList<>();
    ArrayNode training = file.array("training");
    Ensemble ensemble = new Ensemble(subject);
    for (Subject.Kind kind : subject.kinds()) {
      Watch watch = Watch.named("linear-sgd on " + kind.name(), progress, cancelled);
      try (Scope scope = Scope.open()) {
        LinearSgd.Result result = result(subject, kind, settings, watch);
        scores.add(score(kind.name(), result.last()));
        ObjectNode described =
            new Learnt(kind.name(), result.last(), result.best(), result.rate())
                .describe(training.addObject());
        result.heldOut().forEach(described.putArray("held_out_accuracy")::add);
        if (kind.name().equals(Subject.ENCODER)) {
          file.classes(result.last());
        }
        ensemble
            .hear(kind, result.logits())
            .ifPresent(
                mean ->
                    scores.add(score(Ensemble.NAME, Outcome.of(mean, subject.test().labels()))));
      }
    }
    file.scores(scores).write(directory);
    return List.copyOf(scores);
  }

  private static Score score(String name, Outcome last) {
    return new Score(name, null, List.of(last.accuracy()), last.top(FIVE), List.of());
  }

  /** Learns on one kind of features. */
  static LinearSgd.Result result(
      Subject subject, Subject.Kind kind, LinearSgd.Settings settings, Watch watch) {
    List<Choice> augment = settings.augment();
    if (augment == null || !kind.isTrained()) {
      return learner(subject, kind, settings, TrainingRows.of(kind.train()), watch)
          .run(kind::test, subject.test().labels());
    }
    Source source = subject.source();
    if (source == null) {
      throw new IllegalArgumentException(
          "evaluate.linear_sgd.augment: needs the encoder itself, and only features are there;"
              + " leave it out");
    }
    source.encoder().train(false);
    NewViews views =
        new NewViews(
            source,
            subject.train(),
            NewViews.pipeline(augment, source.normalize()),
            Keyed.of(settings.seed()).fold(NAME).fold("views"),
            kind.train().device());
    LinearSgd learner =
        learner(subject, kind, settings, views.of(rows -> source.part(rows, kind)), watch);
    if (settings.batchNorm() == LinearSgd.BatchNorms.RUNNING) {
      return learner.run(kind::test, subject.test().labels());
    }
    try (BatchStatistics statistics = BatchStatistics.use(source.encoder(), settings.seed())) {
      return learner.run(
          () -> source.part(source.encode(subject.test()), kind), subject.test().labels());
    }
  }

  private static LinearSgd learner(
      Subject subject,
      Subject.Kind kind,
      LinearSgd.Settings settings,
      TrainingRows rows,
      Watch watch) {
    return new LinearSgd(
        settings, kind.train(), rows, subject.train().labels(), subject.classes(), watch);
  }
}
