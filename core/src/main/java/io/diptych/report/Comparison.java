package io.diptych.report;

import io.diptych.report.LabelChart.Line;
import io.diptych.report.MeasureTable.Entry;
import io.diptych.report.Series.Marker;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The sections that compare several runs. */
final class Comparison {
  private final Outline outline;
  private final Html html;
  private final List<Run> runs;
  private final List<String> letters;

  Comparison(Outline outline, List<Run> runs) {
    this.outline = outline;
    this.html = outline.html();
    this.runs = runs;
    this.letters = IntStream.range(0, runs.size()).mapToObj(Comparison::letter).toList();
  }

  /** A, B, … Z, A2, B2, … */
  private static String letter(int index) {
    return (char) ('A' + index % 26) + (index < 26 ? "" : Integer.toString(index / 26 + 1));
  }

  /** What the page calls each run in sentences and headings. */
  List<String> names() {
    return IntStream.range(0, runs.size())
        .mapToObj(i -> letters.get(i) + " (" + runs.get(i).name() + ")")
        .toList();
  }

  void accuracy() {
    outline.section(
        Outline.MAIN,
        "accuracy",
        "What the features are worth",
        () -> {
          List<Measure> measures = Measure.of(runs);
          if (measures.isEmpty()) {
            Parts.absent(
                html,
                "Nothing has been measured yet. To measure each run:",
                Parts.evaluateCommand(runs.get(0)));
            return;
          }
          differentData();
          table(measures);
          LabelChart.write(html, lines());
          others();
        });
  }

  private void table(List<Measure> measures) {
    String caption =
        "Accuracy in %, mean ± standard deviation; the best of each column is marked ★";
    Parts.scroll(
        html,
        caption,
        () -> {
          html.open("table", "class", "accuracy compared");
          Parts.caption(html, caption);
          html.open("thead").open("tr");
          html.leaf("th", "Features", "scope", "col");
          for (Measure measure : measures) {
            html.open("th", "scope", "col", "class", "number");
            html.text(Wording.title(measure.protocol()) + " ");
            html.leaf("span", measure.labels(), "class", "with").close("th");
          }
          html.close("tr").close("thead").open("tbody");
          for (int i = 0; i < runs.size(); i++) {
            html.open("tr").open("th", "scope", "row");
            badge(i);
            html.leaf("a", runs.get(i).name(), "href", "#run-" + letters.get(i)).close("th");
            cells(measures, runs.get(i), Features.ENCODER);
            html.close("tr").line();
          }
          html.close("tbody").open("tbody", "class", "baselines");
          baselines(measures);
          html.close("tbody").close("table");
        });
  }

  /** Raw pixels once where their numbers are the same, the untrained encoder of each run. */
  private void baselines(List<Measure> measures) {
    for (Features features : List.of(Features.PIXELS, Features.UNTRAINED)) {
      Map<String, List<Integer>> rows = new LinkedHashMap<>();
      for (int i = 0; i < runs.size(); i++) {
        Run run = runs.get(i);
        String numbers = measures.stream().map(m -> m.score(run, features)).toList().toString();
        if (measures.stream().anyMatch(m -> m.score(run, features).isPresent())) {
          rows.computeIfAbsent(fingerprint(run) + numbers, key -> new ArrayList<>()).add(i);
        }
      }
      for (List<Integer> same : rows.values()) {
        html.open("tr").open("th", "scope", "row").text(features.label());
        if (rows.size() > 1) {
          html.text(same.stream().map(letters::get).collect(Collectors.joining(", ", " (", ")")));
        }
        html.close("th");
        cells(measures, runs.get(same.get(0)), features);
        html.close("tr").line();
      }
    }
  }

  private void cells(List<Measure> measures, Run run, Features features) {
    for (Measure measure : measures) {
      Optional<Score> score = measure.score(run, features);
      boolean best =
          features == Features.ENCODER
              && score.isPresent()
              && runs.stream()
                  .flatMap(r -> measure.score(r, Features.ENCODER).stream())
                  .allMatch(other -> other.mean() <= score.get().mean());
      html.open("td", "class", best ? "number best" : "number");
      html.text(best ? "★\u00a0" : "");
      Score.write(html, score);
      html.close("td");
    }
  }

  private Set<String> fingerprints() {
    Set<String> fingerprints = new LinkedHashSet<>();
    runs.stream()
        .filter(run -> run.data().isPresent())
        .forEach(run -> fingerprints.add(fingerprint(run)));
    return fingerprints;
  }

  private static String fingerprint(Run run) {
    return run.data()
        .map(data -> Objects.requireNonNullElse(data.fingerprint(), data.name()))
        .orElse("");
  }

  private void differentData() {
    if (fingerprints().size() > 1) {
      html.leaf(
          "p",
          "These runs were measured on different data: their accuracies cannot be compared"
              + " directly.",
          "class",
          "absent");
    }
  }

  private List<Line> lines() {
    List<Line> lines = new ArrayList<>();
    for (int i = 0; i < runs.size(); i++) {
      if (runs.get(i).evaluations().containsKey(Run.LINEAR)) {
        lines.add(
            new Line(runs.get(i), Features.ENCODER, letters.get(i), Series.style(i), Marker.of(i)));
      }
    }
    if (fingerprints().size() == 1 && !lines.isEmpty()) {
      lines.add(
          new Line(lines.get(0).run(), Features.PIXELS, "raw pixels", "baseline", Marker.NONE));
    }
    return lines;
  }

  /** What was measured other than accuracy, of the encoders. */
  private void others() {
    List<Entry> entries = MeasureTable.entries(runs);
    if (entries.isEmpty()) {
      return;
    }
    String caption = "Other measures of the encoders’ features";
    Parts.scroll(
        html,
        caption,
        () -> {
          html.open("table");
          Parts.caption(html, caption);
          head("Measure", "number");
          html.open("tbody");
          MeasureTable.rows(html, entries, runs.size(), this::other);
          html.close("tbody").close("table");
        });
  }

  private void other(Entry entry) {
    html.leaf("th", entry.name(), "scope", "row");
    for (Run run : runs) {
      String value = MeasureTable.shown(entry.of(run, Features.ENCODER));
      html.leaf("td", value, "class", "number");
    }
  }

  /** The head of a table with a column for each run. */
  private void head(String first, String style) {
    html.open("thead").open("tr").leaf("th", first, "scope", "col");
    for (int i = 0; i < runs.size(); i++) {
      html.open("th", "scope", "col", "class", style);
      badge(i);
      html.close("th");
    }
    html.close("tr").close("thead");
  }

  private void badge(int run) {
    html.leaf("span", letters.get(run), "class", "letter " + Series.style(run));
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
            new TrainingCurves(runs, letters).write(html);
          }
        });
  }

  private void key() {
    html.open("ul", "class", "runs");
    for (int i = 0; i < runs.size(); i++) {
      html.open("li");
      badge(i);
      html.text(runs.get(i).name()).close("li");
    }
    html.close("ul").line();
  }

  void differences() {
    Set<String> keys = new LinkedHashSet<>();
    runs.forEach(run -> keys.addAll(run.recipe().keySet()));
    keys.removeIf(
        key ->
            runs.stream().map(run -> run.recipe().getOrDefault(key, "")).distinct().count() == 1);
    outline.section(
        Outline.MAIN,
        "differences",
        "What differs in the recipes",
        () -> {
          if (keys.isEmpty()) {
            Parts.explain(html, "Nothing: the recipes are the same.");
          } else {
            differences(keys);
          }
        });
  }

  private void differences(Set<String> keys) {
    String caption = "Settings that differ; all others are the same in all runs";
    Parts.scroll(
        html,
        caption,
        () -> {
          html.open("table", "class", "differences");
          Parts.caption(html, caption);
          head("Setting", "");
          html.open("tbody");
          for (String key : keys) {
            String usual = runs.get(0).recipe().getOrDefault(key, "–");
            html.open("tr").open("th", "scope", "row").leaf("code", key).close("th");
            for (Run run : runs) {
              String value = run.recipe().getOrDefault(key, "–");
              html.open("td").leaf(value.equals(usual) ? "span" : "mark", value).close("td");
            }
            html.close("tr").line();
          }
          html.close("tbody").close("table");
        });
  }

  /** A section for each run, mostly folded away. */
  void details() {
    for (int i = 0; i < runs.size(); i++) {
      Run run = runs.get(i);
      String id = "run-" + letters.get(i);
      RunPage page = new RunPage(outline, run, Outline.MAIN + 1, id + "-");
      outline.section(
          Outline.MAIN,
          id,
          "Run " + names().get(i),
          () -> {
            Findings.of(run).forEach(sentence -> Parts.explain(html, sentence));
            Parts.fold(
                html,
                "Pictures, classes and settings of this run",
                () -> {
                  page.accuracy();
                  page.pictures();
                  page.settings();
                });
          });
    }
  }
}
