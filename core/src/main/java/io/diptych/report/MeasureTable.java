package io.diptych.report;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;

/** What protocols measured other than accuracy, for each kind of features. */
final class MeasureTable {
  private MeasureTable() {}

  /** A measure of a protocol. */
  record Entry(String protocol, String key) {
    String name() {
      if (protocol.equals("project")) {
        return "trustworthiness of " + Maps.methodName(key);
      }
      if (key.startsWith("map@")) {
        return "mAP" + key.substring(3);
      }
      return key.matches("[a-z]{3}") ? key.toUpperCase(Locale.ROOT) : key.replace('_', ' ');
    }

    /** The value of a run's features; NaN where there is none. */
    double of(Run run, Features features) {
      return run.evaluation(protocol)
          .map(e -> e.measures(features).getOrDefault(key, Double.NaN))
          .orElse(Double.NaN);
    }
  }

  /** All that the runs' evaluations measured. */
  static List<Entry> entries(List<Run> runs) {
    Set<Entry> entries = new LinkedHashSet<>();
    for (Run run : runs) {
      run.evaluations()
          .forEach(
              (protocol, evaluation) ->
                  evaluation
                      .measures()
                      .forEach(
                          one ->
                              one.values()
                                  .keySet()
                                  .forEach(k -> entries.add(new Entry(protocol, k)))));
    }
    return new ArrayList<>(entries);
  }

  static void write(Html html, Run run) {
    List<Entry> entries = entries(List.of(run));
    if (entries.isEmpty()) {
      return;
    }
    String caption = "Other measures of the features";
    Parts.scroll(
        html,
        caption,
        () -> {
          html.open("table", "class", "accuracy");
          Parts.caption(html, caption);
          html.open("thead").open("tr").leaf("th", "Measure", "scope", "col");
          for (Features features : Features.values()) {
            html.open("th", "scope", "col", "class", "number");
            html.leaf("span", "", "class", "key " + features.key(), "aria-hidden", "true");
            html.text(features.label()).close("th");
          }
          html.close("tr").close("thead").open("tbody");
          rows(html, entries, Features.values().length, entry -> row(html, run, entry));
          html.close("tbody").close("table");
        });
  }

  private static void row(Html html, Run run, Entry entry) {
    html.leaf("th", entry.name(), "scope", "row");
    for (Features features : Features.values()) {
      html.leaf("td", shown(entry.of(run, features)), "class", "number " + features.key());
    }
  }

  /** Writes rows, those of a protocol below its name. */
  static void rows(Html html, List<Entry> entries, int columns, Consumer<Entry> row) {
    String protocol = "";
    for (Entry entry : entries) {
      if (!entry.protocol().equals(protocol)) {
        protocol = entry.protocol();
        String across = Integer.toString(columns + 1);
        html.open("tr", "class", "group");
        html.leaf("th", Wording.title(protocol), "scope", "colgroup", "colspan", across);
        html.close("tr").line();
      }
      html.open("tr");
      row.accept(entry);
      html.close("tr").line();
    }
  }

  static String shown(double value) {
    return Double.isNaN(value) ? "–" : Numbers.brief(value);
  }
}
