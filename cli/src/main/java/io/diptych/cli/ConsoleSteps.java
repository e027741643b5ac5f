package io.diptych.cli;

import io.diptych.evaluate.Progress;
import java.io.PrintWriter;
import java.util.Locale;

/** Shows what an evaluation is doing: one redrawn line on a terminal, a line for each part else. */
final class ConsoleSteps implements Progress {
  private final PrintWriter out;
  private final boolean terminal = ConsoleProgress.isTerminal();
  private String shown = "";

  ConsoleSteps(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void at(String what, double fraction) {
    if (terminal) {
      out.printf(Locale.ROOT, "\r\033[K%s %.0f%%", what, 100 * fraction);
      out.flush();
    } else if (!what.equals(shown)) {
      out.println(what);
      out.flush();
    }
    shown = what;
  }

  void end() {
    if (terminal) {
      out.print("\r\033[K");
      out.flush();
    }
  }
}
