package io.diptych.evaluate;

/** Is told how far an evaluation has come. Called on the evaluating thread; must return soon. */
@FunctionalInterface
public interface Progress {
  /** Listens to nothing. */
  Progress NONE = (what, fraction) -> {};

  /**
   * Called between batches.
   *
   * @param what what is being computed, in a few words
   * @param fraction the part of it that is done, from 0 to 1
   */
  void at(String what, double fraction);
}
