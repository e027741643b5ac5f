package io.diptych.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Lets Ctrl-C and SIGTERM end a command cleanly. The virtual machine goes down as soon as its hooks
 * are done, whatever other threads do; native code that runs on then crashes. So the hook asks the
 * command to stop and waits until it has: the exit code 130 or 143 then comes from the signal. A
 * call of {@link System#exit} could still overtake it once the hooks are done, so none is made.
 */
final class Stop implements AutoCloseable {
  private static final long PATIENCE_MINUTES = 10;
  private static final AtomicBoolean REQUESTED = new AtomicBoolean();

  private final CountDownLatch finished = new CountDownLatch(1);

  private Stop() {}

  static Stop onSignals() {
    Stop stop = new Stop();
    Runtime.getRuntime().addShutdownHook(new Thread(stop::shutDown, "diptych-stop"));
    return stop;
  }

  /** Returns whether the command shall save and end. */
  static boolean requested() {
    return REQUESTED.get();
  }

  /** Ends the virtual machine with this code, or leaves that to the signal that is ending it. */
  static void exit(int code) {
    if (!requested()) {
      System.exit(code);
    }
  }

  /** Tells the hook that no native code runs any more. */
  @Override
  public void close() {
    finished.countDown();
  }

  private void shutDown() {
    REQUESTED.set(true);
    try {
      finished.await(PATIENCE_MINUTES, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
