package io.diptych.report;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * Writes one self-contained HTML page about one run directory or, compared with each other, about
 * several.
 */
public final class Report {
  private Report() {}

  /**
   * Reads run directories and writes the page about them. The page appears whole or not at all: it
   * is written beside its place and then moved there, replacing an earlier one.
   *
   * @param runs one or more run directories, in the order in which they are to be shown
   * @param out the page to write; its directory must exist
   * @throws io.diptych.data.DataException if a run directory lacks its recipe or a file in it is
   *     damaged; the message names file and place
   * @throws IllegalArgumentException if there are no runs or one is given twice
   * @throws IOException if the page cannot be written; the message names it and says why
   */
  public static void write(List<Path> runs, Path out) throws IOException {
    if (runs.isEmpty()) {
      throw new IllegalArgumentException("no run directories to report on");
    }
    String page = Page.of(RunFiles.read(List.copyOf(runs)));
    Path target = out.toAbsolutePath();
    Path draft = target.resolveSibling(target.getFileName() + ".tmp");
    try {
      Files.writeString(draft, page);
      move(draft, target);
    } catch (IOException e) {
      throw new IOException(out + ": cannot be written: " + Reason.of(e), e);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  private static void move(Path draft, Path target) throws IOException {
    try {
      Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(draft, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
