package io.diptych.report;

import java.util.Map;

/** The pieces that pages are put together from. */
final class Parts {
  /** Values longer than this, such as hashes, have a line to themselves. */
  private static final int LONG_VALUE = 32;

  private Parts() {}

  /** A section with its heading beside or above its content; headings of level 2 and deeper. */
  static void section(Html html, int level, String id, String title, Runnable content) {
    String heading = "h" + level;
    html.line().open("section", "aria-labelledby", id);
    html.leaf(heading, title, "id", id).line().open("div");
    content.run();
    html.close("div").close("section").line();
  }

  /** A box which scrolls sideways, so that a wide table does not make the page wide. */
  static void scroll(Html html, String label, Runnable content) {
    html.open("div", "class", "scroll", "role", "region", "tabindex", "0", "aria-label", label);
    content.run();
    html.close("div").line();
  }

  /** The caption of a table in a scroll box, which stays in sight when the table is scrolled. */
  static void caption(Html html, String text) {
    html.open("caption").leaf("span", text).close("caption");
  }

  /** A paragraph that explains. */
  static void explain(Html html, String text) {
    html.leaf("p", text, "class", "explain").line();
  }

  /** Says that something is not there and which command makes it. */
  static void absent(Html html, String what, String command) {
    html.open("p", "class", "absent").text(what + " ");
    html.leaf("code", command).close("p").line();
  }

  /** Names with their values. */
  static void facts(Html html, Map<String, String> facts) {
    html.open("dl", "class", "facts");
    facts.forEach(
        (name, value) -> {
          boolean isLong = value.length() > LONG_VALUE;
          html.open("div", "class", isLong ? "long" : "");
          html.leaf("dt", name).leaf("dd", value).close("div");
        });
    html.close("dl").line();
  }

  /** Something folded away until it is asked for. */
  static void fold(Html html, String summary, Runnable content) {
    html.open("details").leaf("summary", summary);
    content.run();
    html.close("details").line();
  }

  /** The command that evaluates a run, ready to be pasted into a shell. */
  static String evaluateCommand(Run run) {
    String path = run.directory().toString();
    boolean plain = path.matches("[\\w./:\\\\-]+");
    return "diptych evaluate " + (plain ? path : "'" + path.replace("'", "'\\''") + "'");
  }
}
