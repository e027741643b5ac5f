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

/** What several runs' features are worth, side by side. */
final class ComparedAccuracy {
  private final Html html;
  private final List<Run> runs;
  private final Letters letters;

  ComparedAccuracy(Html html, List<Run> runs, Letters letters) {
    this.html = html;
    this.runs = runs;
    this.letters = letters;
  }

  void write() {
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
            letters.badge(html, i);
            html.leaf("a", runs.get(i).name(), "href", "#run-" + letters.of(i)).close("th");
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
          html.text(same.stream().map(letters::of).collect(Collectors.joining(", ", " (", ")")));
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
            new Line(runs.get(i), Features.ENCODER, letters.of(i), Series.style(i), Marker.of(i)));
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
          letters.head(html, "Measure", "number");
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
}
