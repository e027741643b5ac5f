package io.diptych.recipe;

import io.diptych.data.LoadReport;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Notes the images that cannot be read in a file of the run. Resident images are known before it
 * starts, streamed ones when they are closed.
 */
final class SkippedImages implements Consumer<LoadReport> {
  private static final System.Logger LOGGER = System.getLogger(SkippedImages.class.getName());

  private final Consumer<LoadReport> next;
  private final Set<String> lines = new LinkedHashSet<>();
  private @Nullable Path file;

  /** Creates a note; {@code next} is told the same. */
  SkippedImages(Consumer<LoadReport> next) {
    this.next = next;
  }

  @Override
  public void accept(LoadReport report) {
    next.accept(report);
    if (lines.addAll(report.skipped())) {
      write();
    }
  }

  /** Sets the file to write, once there are such images. */
  void noteIn(Path target) {
    file = target;
    write();
  }

  private void write() {
    if (file == null || lines.isEmpty()) {
      return;
    }
    try {
      Files.write(file, lines, StandardCharsets.UTF_8);
    } catch (IOException e) {
      // A list for people to read is no reason to end a training.
      LOGGER.log(Level.WARNING, "{0}: cannot be written: {1}", file, e.getMessage());
    }
  }
}
