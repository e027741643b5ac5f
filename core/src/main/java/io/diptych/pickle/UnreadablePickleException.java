package io.diptych.pickle;

/** A pickle that is damaged, or that asks for something which is refused. */
public final class UnreadablePickleException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates the exception; the message says where and what. */
  UnreadablePickleException(long position, String reason, Exception cause) {
    super("at byte " + position + ": not a pickle of plain values: " + reason, cause);
  }
}
