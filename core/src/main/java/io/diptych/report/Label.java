package io.diptych.report;

import static io.diptych.report.Numbers.coordinate;

/** A line of text in a drawing. */
final class Label {
  private Label() {}

  /**
   * Draws it.
   *
   * @param anchor which part of the text stands at x: start, middle or end
   */
  static void draw(Html html, double x, double y, String anchor, String text, String style) {
    html.leaf(
        "text",
        text,
        "class",
        style,
        "x",
        coordinate(x),
        "y",
        coordinate(y),
        "text-anchor",
        anchor);
  }

  /** Returns at most so many characters, of which the last says that there were more. */
  static String shortened(String text, int longest) {
    return text.length() <= longest ? text : text.substring(0, longest - 1) + "…";
  }
}
