package io.diptych.report;

import java.nio.file.Path;
import java.util.Map;

/** The pieces that pages are put together from. */
final class Parts {
  /** Values longer than this, such as hashes, have a line to themselves. */
  private static final int LONG_VALUE = 32;

  private Parts() {}

  /**
   * A plot with its title, which also names the files it is exported to.
   *
   * @param gist what it says, in a few words
   */
  static void figure(Html html, String style, String title, String gist, Runnable plot) {
    html.open("figure", "class", ("plot " + style).strip());
    html.open("figcaption").leaf("strong", title).text(" ");
    html.leaf("span", gist, "class", "gist").close("figcaption").line();
    plot.run();
    html.close("figure").line();
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

  /** A paragraph about what went wrong. */
  static void warning(Html html, String text) {
    html.leaf("p", text, "class", "warning").line();
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
    return "diptych evaluate " + quoted(run.directory());
  }

  /** A path as a shell reads it. */
  static String quoted(Path path) {
    return quoted(path.toString());
  }

  /** A word as a shell reads it. */
  static String quoted(String text) {
    boolean plain = text.matches("[\\w./:=,\\\\-]+");
    return plain ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
