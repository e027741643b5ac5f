package io.diptych.evaluate.projection;

/** Is told how far a computation has come; may throw to end it. */
@FunctionalInterface
public interface Steps {
  /** Listens to nothing. */
  Steps NONE = (done, of) -> {};

  /**
   * Called before each step, on the computing thread.
   *
   * @param done steps that are done
   * @param of steps there are
   */
  void at(int done, int of);
}
