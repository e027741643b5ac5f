package io.diptych.evaluate;

/** An encoder gives features that are no numbers. */
final class NotFiniteException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  NotFiniteException(String message) {
    super(message);
  }
}
