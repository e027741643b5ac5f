package io.diptych.data;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Timer;
import java.util.TimerTask;

/** Closes a stream on which nothing has come for too long, as reading it knows no time limit. */
final class StallGuard implements Closeable {
  private final Timer timer = new Timer("diptych-download-guard", true);
  private final InputStream stream;
  private final long patience;
  private volatile long last = System.nanoTime();
  private volatile boolean tripped;

  StallGuard(InputStream stream, Duration patience) {
    this.stream = stream;
    this.patience = patience.toNanos();
    long period = Math.max(1, patience.toMillis() / 4);
    timer.schedule(
        new TimerTask() {
          @Override
          public void run() {
            check();
          }
        },
        period,
        period);
  }

  private void check() {
    if (!tripped && System.nanoTime() - last > patience) {
      tripped = true;
      try {
        stream.close();
      } catch (IOException e) {
        // The reader will notice.
      }
    }
  }

  /** Something came. */
  void alive() {
    last = System.nanoTime();
  }

  /** Whether the stream was closed by this guard. */
  boolean tripped() {
    return tripped;
  }

  @Override
  public void close() {
    timer.cancel();
  }
}
