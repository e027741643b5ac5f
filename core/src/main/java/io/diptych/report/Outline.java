package io.diptych.report;

import java.util.ArrayList;
import java.util.List;

/** Writes sections and remembers where the main ones are, for the page's navigation. */
final class Outline {
  /** The level of a page's main headings. */
  static final int MAIN = 2;

  private record Entry(String id, String title) {}

  private final Html html;
  private final List<Entry> entries = new ArrayList<>();

  Outline(Html html) {
    this.html = html;
  }

  Html html() {
    return html;
  }

  /** A section with its heading. */
  void section(int level, String id, String title, Runnable content) {
    if (level == MAIN) {
      entries.add(new Entry(id, title));
    }
    String heading = "h" + level;
    html.line().open("section", "aria-labelledby", id);
    html.leaf(heading, title, "id", id).line();
    content.run();
    html.close("section").line();
  }

  /** Links to the sections that were written. */
  void navigation(Html page) {
    page.open("nav", "aria-label", "Sections").open("ul");
    for (Entry entry : entries) {
      page.open("li").leaf("a", entry.title(), "href", "#" + entry.id()).close("li");
    }
    page.close("ul").close("nav").line();
  }
}
