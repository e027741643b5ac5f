package io.diptych.report;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The sections that show one run. */
final class RunPage {
  private final Html html;
  private final Run run;
  private final int level;
  private final String prefix;

  /** Sections with headings of a level, and ids that start with a prefix of their own. */
  RunPage(Html html, Run run, int level, String prefix) {
    this.html = html;
    this.run = run;
    this.level = level;
    this.prefix = prefix;
  }

  void accuracy() {
    section(
        "accuracy",
        "What the features are worth",
        () -> {
          if (run.evaluations().isEmpty()) {
            Parts.absent(
                html, "Nothing has been measured yet. To measure:", Parts.evaluateCommand(run));
            return;
          }
          AccuracyTable.write(html, run);
          LabelChart.write(html, LabelChart.lines(run));
          for (String protocol : List.of(Run.KNN, Run.LINEAR)) {
            if (!run.evaluations().containsKey(protocol)) {
              Parts.absent(
                  html,
                  Measure.protocolName(protocol) + " accuracy has not been measured. To measure:",
                  Parts.evaluateCommand(run) + " --protocol " + protocol);
            }
          }
        });
  }

  void training() {
    section(
        "training",
        "How training went",
        () -> {
          if (run.metrics().steps().isEmpty()) {
            Parts.explain(html, "Nothing has been logged yet.");
          } else {
            new TrainingCurves(List.of(run), List.of("")).write(html);
          }
        });
  }

  void views() {
    Png views = run.views();
    if (views != null) {
      section("views", "What training looked at", () -> Pictures.views(html, views));
    }
  }

  void neighbours() {
    Evaluation knn = run.evaluations().get(Run.KNN);
    if (knn != null && !knn.neighbours().isEmpty()) {
      section("neighbours", "Nearest neighbours", () -> Pictures.neighbours(html, knn));
    }
  }

  void classes() {
    confused()
        .ifPresent(
            evaluation -> {
              Confusion confusion =
                  new Confusion(evaluation.data().classes(), evaluation.confusion());
              section(
                  "classes",
                  "Class by class",
                  () -> {
                    Parts.explain(
                        html,
                        Measure.protocolName(evaluation.protocol())
                            + " classifier on the encoder’s features, with all labels.");
                    if (!evaluation.confusion().isEmpty()) {
                      ConfusionMatrix.write(html, confusion);
                    }
                    ClassTable.write(html, confusion, accuracies(evaluation, confusion));
                  });
            });
  }

  void settings() {
    section("settings", "Settings", () -> Settings.write(html, run));
  }

  void protocols() {
    if (!run.evaluations().isEmpty()) {
      section(
          "protocols",
          "How the numbers were measured",
          () -> Settings.protocols(html, run, level + 1));
    }
  }

  private void section(String id, String title, Runnable content) {
    Parts.section(html, level, prefix + id, title, content);
  }

  private Optional<Evaluation> confused() {
    return List.of(Run.LINEAR, Run.KNN).stream()
        .flatMap(protocol -> run.evaluation(protocol).stream())
        .filter(e -> !e.confusion().isEmpty() || !e.perClass().isEmpty())
        .findFirst();
  }

  private static List<Double> accuracies(Evaluation evaluation, Confusion confusion) {
    return evaluation.perClass().isEmpty()
        ? IntStream.range(0, confusion.classes().size())
            .mapToObj(i -> confusion.share(i, i))
            .toList()
        : evaluation.perClass();
  }
}
