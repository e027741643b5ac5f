package io.diptych.nn;

import com.google.errorprone.annotations.MustBeClosed;

/**
 * Keeps the running statistics of batch norms on this thread as they are, until it is closed:
 * batches that pass in training mode are normalised by their own statistics but leave no trace. For
 * passes that are made twice. Guards do not nest.
 */
public final class RunningStatistics implements AutoCloseable {
  private static final ThreadLocal<Boolean> KEPT = ThreadLocal.withInitial(() -> false);

  @MustBeClosed
  private RunningStatistics() {
    KEPT.set(true);
  }

  /** Keeps running statistics as they are until the guard is closed. */
  @MustBeClosed
  public static RunningStatistics kept() {
    return new RunningStatistics();
  }

  /** Returns whether batches leave no trace at the moment. */
  static boolean areKept() {
    return KEPT.get();
  }

  @Override
  public void close() {
    KEPT.remove();
  }
}
