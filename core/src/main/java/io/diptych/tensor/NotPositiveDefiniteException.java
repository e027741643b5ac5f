package io.diptych.tensor;

/** A matrix that has no Cholesky factor: it is singular or indefinite, or holds no numbers. */
public final class NotPositiveDefiniteException extends TensorException {
  private static final long serialVersionUID = 1L;

  /** Creates the exception with a one-line message. */
  public NotPositiveDefiniteException(String message) {
    super(message);
  }

  /** Creates the exception with a one-line message that says more than its cause. */
  public NotPositiveDefiniteException(String message, NotPositiveDefiniteException cause) {
    super(message, cause);
  }
}
