package io.diptych.tensor;

/** A tensor operation that failed, told in one line. The native trace is in the cause. */
public sealed class TensorException extends RuntimeException permits NotPositiveDefiniteException {
  private static final long serialVersionUID = 1L;

  /** Creates the exception with a one-line message. */
  public TensorException(String message) {
    super(message);
  }

  TensorException(String message, Throwable cause) {
    super(message, cause);
  }
}
