package io.diptych.report;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The settings that are not the same in all recipes. */
final class RecipeDifferences {
  private RecipeDifferences() {}

  static void write(Html html, List<Run> runs) {
    Set<String> keys = new LinkedHashSet<>();
    runs.forEach(run -> keys.addAll(run.recipe().keySet()));
    keys.removeIf(
        key ->
            runs.stream().map(run -> run.recipe().getOrDefault(key, "")).distinct().count() == 1);
    if (keys.isEmpty()) {
      Parts.explain(html, "Nothing: the recipes are the same.");
    } else {
      table(html, runs, keys);
    }
  }

  private static void table(Html html, List<Run> runs, Set<String> keys) {
    String caption = "Settings that differ; all others are the same in all runs";
    Parts.scroll(
        html,
        caption,
        () -> {
          html.open("table", "class", "differences");
          Parts.caption(html, caption);
          new Letters(runs).head(html, "Setting", "");
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
}
