package io.diptych.cli;

import io.diptych.data.Downloader;
import java.io.PrintWriter;
import java.util.Locale;

/** Shows how far a download is: redrawn on a terminal, every tenth otherwise. */
final class DownloadProgress implements Downloader.Progress {
  private static final double MIB = 1 << 20;
  private static final int PARTS = 10;

  private final PrintWriter out;
  private final boolean terminal = ConsoleProgress.isTerminal();
  private String shown = "";

  DownloadProgress(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void update(String file, long received, long total) {
    String part = file + " " + (total > 0 ? received * PARTS / total : -1);
    boolean complete = received == total;
    if (terminal) {
      out.printf(
          Locale.ROOT,
          "\r\033[K%s  %.1f of %.1f MiB%s",
          file,
          received / MIB,
          total / MIB,
          complete ? "\n" : "");
      out.flush();
    } else if (!part.equals(shown)) {
      out.printf(Locale.ROOT, "%s  %.1f of %.1f MiB%n", file, received / MIB, total / MIB);
      out.flush();
    }
    shown = part;
  }
}
