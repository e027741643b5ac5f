package io.diptych.train;

/**
 * Training that had to stop: its numbers are no numbers any more, its features collapsed or its
 * gradients exploded.
 */
public final class DivergedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Says in one line what became of it, and where. */
  public DivergedException(String message) {
    super(message);
  }

  DivergedException(String message, Throwable cause) {
    super(message, cause);
  }
}
