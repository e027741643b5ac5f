package io.diptych.evaluate;

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
  private static final double LEVEL = 0.95;

  private LinearSgdProtocol() {}

  /**
   * Measures and writes {@code linear-sgd.json}, which also has the chosen rates, an interval of 95
   * % by the bootstrap, and the best accuracy of any epoch.
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
    for (Subject.Kind kind : subject.kinds()) {
      Watch watch = Watch.named("linear-sgd on " + kind.name(), progress, cancelled);
      LinearSgd.Result result =
          new LinearSgd(settings, kind.train(), subject.train().labels(), subject.classes(), watch)
              .run(kind.test(), subject.test().labels());
      Outcome last = result.last();
      scores.add(new Score(kind.name(), null, List.of(last.accuracy()), last.top(FIVE), List.of()));
      Bootstrap.Interval interval = Bootstrap.share(last.hits(), LEVEL, settings.seed());
      ObjectNode node = training.addObject().put("features", kind.name());
      node.put("rate", result.rate()).put("best_epoch_accuracy", result.best());
      node.putArray("interval").add(interval.low()).add(interval.high());
      result.heldOut().forEach(node.putArray("held_out_accuracy")::add);
      if (kind.name().equals(Subject.ENCODER)) {
        file.classes(last);
      }
    }
    file.scores(scores).write(directory);
    return List.copyOf(scores);
  }
}
