package io.diptych.weights;

import java.nio.file.Path;

/** A weights file that cannot be read: its path, where in it, what is wrong, in one line. */
public final class WeightsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates the exception; the message becomes {@code file: problem}. */
  public WeightsException(Path file, String problem) {
    super(file + ": " + problem);
  }
}
