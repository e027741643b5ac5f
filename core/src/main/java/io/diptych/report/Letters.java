package io.diptych.report;

import java.util.List;
import java.util.stream.IntStream;

/** The letters that the runs of a comparison have on the whole page, each with a colour. */
record Letters(List<Run> runs) {

  /** A, B, … Z, A2, B2, … */
  String of(int run) {
    return (char) ('A' + run % 26) + (run < 26 ? "" : Integer.toString(run / 26 + 1));
  }

  List<String> all() {
    return IntStream.range(0, runs.size()).mapToObj(this::of).toList();
  }

  /** What the page calls each run in sentences and headings. */
  List<String> names() {
    return IntStream.range(0, runs.size())
        .mapToObj(i -> of(i) + " (" + runs.get(i).name() + ")")
        .toList();
  }

  /** The head of a table with a column for each run. */
  void head(Html html, String first, String style) {
    html.open("thead").open("tr").leaf("th", first, "scope", "col");
    for (int i = 0; i < runs.size(); i++) {
      html.open("th", "scope", "col", "class", style);
      badge(html, i);
      html.close("th");
    }
    html.close("tr").close("thead");
  }

  void badge(Html html, int run) {
    html.leaf("span", of(run), "class", "letter " + Series.style(run));
  }
}
