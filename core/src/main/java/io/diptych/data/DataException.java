package io.diptych.data;

/**
 * Something is wrong with data files: missing, cut short, damaged, or not what they should be. The
 * message is one line that names the file, the place in it where one is known, what was expected
 * and what was found.
 */
public final class DataException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message one line: file, place, expected and found, what to do
   */
  public DataException(String message) {
    super(message);
  }

  /**
   * Creates the exception with the failure beneath it.
   *
   * @param message one line: file, place, expected and found, what to do
   * @param cause what failed beneath
   */
  public DataException(String message, Throwable cause) {
    super(message, cause);
  }
}
