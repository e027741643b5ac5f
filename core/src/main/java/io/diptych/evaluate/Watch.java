package io.diptych.evaluate;

import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/** Reports progress and ends the evaluation where that is asked for. */
record Watch(Progress progress, BooleanSupplier cancelled) {
  static final Watch NONE = new Watch(Progress.NONE, () -> false);

  /** Returns a watch that reports all progress under one name. */
  static Watch named(String name, Progress progress, BooleanSupplier cancelled) {
    return new Watch((what, part) -> progress.at(name, part), cancelled);
  }

  /**
   * Says how far the work has come.
   *
   * @throws CancellationException if the work shall end
   */
  void at(String what, long done, long of) {
    check();
    progress.at(what, of == 0 ? 1 : (double) done / of);
  }

  /**
   * Only looks whether to go on.
   *
   * @throws CancellationException if the work shall end
   */
  void check() {
    if (cancelled.getAsBoolean()) {
      throw new CancellationException("evaluation cancelled");
    }
  }
}
