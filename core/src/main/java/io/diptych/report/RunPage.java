package io.diptych.report;

import io.diptych.evaluate.Protocol;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The sections that show one run. */
final class RunPage {
  private final Outline outline;
  private final Html html;
  private final Run run;
  private final int level;
  private final String prefix;

  /** Sections with headings of a level, and ids that start with a prefix of their own. */
  RunPage(Outline outline, Run run, int level, String prefix) {
    this.outline = outline;
    this.html = outline.html();
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
          MeasureTable.write(html, run);
          unmeasured();
        });
  }

  private void unmeasured() {
    for (String protocol : List.of(Run.KNN, Run.LINEAR)) {
      if (!run.evaluations().containsKey(protocol)) {
        Parts.absent(
            html,
            Wording.title(protocol) + " accuracy has not been measured. To measure:",
            Parts.evaluateCommand(run) + " --protocol " + protocol);
      }
    }
    List<String> others =
        Protocol.keys().stream()
            .filter(key -> !key.equals(Run.KNN) && !key.equals(Run.LINEAR))
            .filter(key -> !key.equals(Protocol.TRANSFER.key()))
            .filter(key -> !run.evaluations().containsKey(key))
            .toList();
    if (!others.isEmpty()) {
      Parts.absent(
          html,
          "Not measured: "
              + String.join("; ", others.stream().map(Wording::title).toList())
              + ". To measure all or some:",
          Parts.evaluateCommand(run) + " --protocol " + String.join(",", others));
    }
    String transfer = Protocol.TRANSFER.key();
    if (!run.evaluations().containsKey(transfer)) {
      Parts.absent(
          html,
          "No other data has been learnt. To measure, by a set such as dtd:",
          Parts.evaluateCommand(run)
              + " --protocol "
              + transfer
              + " evaluate.transfer.data.name=dtd");
    }
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

  /** All that is to be looked at: views, neighbours, maps, classes, spectrum. */
  void pictures() {
    Png views = run.views();
    if (views != null) {
      section("views", "What training looked at", () -> Pictures.views(html, views));
    }
    run.evaluation(Run.KNN)
        .filter(knn -> !knn.neighbours().isEmpty())
        .ifPresent(
            knn ->
                section("neighbours", "Nearest neighbours", () -> Pictures.neighbours(html, knn)));
    for (Evaluation evaluation : run.evaluations().values()) {
      Maps maps = evaluation.maps();
      if (maps != null && !maps.all().isEmpty()) {
        section("maps", "Maps of the images", () -> MapPlots.write(html, evaluation.data(), maps));
      }
    }
    confused().ifPresent(this::classes);
    for (Evaluation evaluation : run.evaluations().values()) {
      if (!evaluation.spectra().isEmpty()) {
        section(
            "spectrum",
            "How features fill their space",
            () -> SpectrumPlot.write(html, evaluation));
      }
    }
  }

  private void classes(Evaluation evaluation) {
    Confusion confusion = new Confusion(evaluation.data().classes(), evaluation.confusion());
    section(
        "classes",
        "Class by class",
        () -> {
          Parts.explain(
              html,
              Wording.title(evaluation.protocol())
                  + " classifier on the encoder’s features, with all labels.");
          if (!evaluation.confusion().isEmpty()) {
            ConfusionMatrix.write(html, confusion);
          }
          ClassTable.write(html, confusion, accuracies(evaluation, confusion));
        });
  }

  void settings() {
    section("settings", "Settings", () -> Settings.write(html, run));
    if (!run.evaluations().isEmpty()) {
      section(
          "protocols",
          "How the numbers were measured",
          () -> Settings.protocols(html, run, level + 1));
    }
    if (!run.skipped().isEmpty()) {
      section("skipped", "Skipped images", () -> Settings.skipped(html, run));
    }
  }

  private void section(String id, String title, Runnable content) {
    outline.section(level, prefix + id, title, content);
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
