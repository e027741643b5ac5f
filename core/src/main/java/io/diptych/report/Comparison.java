package io.diptych.report;

import java.util.List;

/** The sections that compare several runs. */
final class Comparison {
  private final Outline outline;
  private final Html html;
  private final List<Run> runs;
  private final Letters letters;

  Comparison(Outline outline, List<Run> runs) {
    this.outline = outline;
    this.html = outline.html();
    this.runs = runs;
    this.letters = new Letters(runs);
  }

  /** What the page calls each run in sentences and headings. */
  List<String> names() {
    return letters.names();
  }

  void accuracy() {
    outline.section(
        Outline.MAIN,
        "accuracy",
        "What the features are worth",
        () -> new ComparedAccuracy(html, runs, letters).write());
  }

  void training() {
    outline.section(
        Outline.MAIN,
        "training",
        "How training went",
        () -> {
          if (runs.stream().allMatch(run -> run.metrics().steps().isEmpty())) {
            Parts.explain(html, "Nothing has been logged yet.");
          } else {
            key();
            new TrainingCurves(runs, letters.all()).write(html);
          }
        });
  }

  private void key() {
    html.open("ul", "class", "runs");
    for (int i = 0; i < runs.size(); i++) {
      html.open("li");
      letters.badge(html, i);
      html.text(runs.get(i).name()).close("li");
    }
    html.close("ul").line();
  }

  void differences() {
    outline.section(
        Outline.MAIN,
        "differences",
        "What differs in the recipes",
        () -> RecipeDifferences.write(html, runs));
  }

  /** A section for each run, mostly folded away. */
  void details() {
    for (int i = 0; i < runs.size(); i++) {
      Run run = runs.get(i);
      String id = "run-" + letters.of(i);
      RunPage page = new RunPage(outline, run, Outline.MAIN + 1, id + "-");
      outline.section(
          Outline.MAIN,
          id,
          "Run " + names().get(i),
          () -> {
            Findings.of(run).forEach(sentence -> Parts.explain(html, sentence));
            Parts.fold(
                html,
                "Curves, pictures, classes and settings of this run",
                () -> {
                  page.accuracy();
                  page.training();
                  page.pictures();
                  page.settings();
                });
          });
    }
  }
}
