package io.diptych.weights;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * A file that is written and forced to the disk: what is written goes there while more of it is
 * made, so that at the end there is little to wait for.
 */
final class ForcedFile implements Closeable {
  private static final long STRIDE = 1 << 23;

  private final FileChannel channel;
  private @Nullable FutureTask<@Nullable Void> forcing;
  private long next = STRIDE;

  /**
   * Opens a file in place of what it held.
   *
   * @throws IOException if that cannot be
   */
  ForcedFile(Path file) throws IOException {
    channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
  }

  /** Returns the file itself; who writes to it calls {@link #progress} now and then. */
  FileChannel channel() {
    return channel;
  }

  /** Writes all of a buffer. */
  void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    progress();
  }

  /** Has what was written go to the disk, if it is much and nothing is on its way. */
  void progress() throws IOException {
    if (channel.position() >= next && (forcing == null || forcing.isDone())) {
      start();
    }
  }

  /** Has what was written go to the disk. */
  void start() throws IOException {
    await();
    next = channel.position() + STRIDE;
    FutureTask<@Nullable Void> task =
        new FutureTask<>(
            () -> {
              channel.force(false);
              return null;
            });
    forcing = task;
    Thread thread = new Thread(task, "forcing");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Waits until all that was written is on the disk.
   *
   * @throws IOException if some of it cannot be
   */
  void force() throws IOException {
    await();
    channel.force(true);
  }

  @Override
  public void close() throws IOException {
    try {
      await();
    } finally {
      channel.close();
    }
  }

  private void await() throws IOException {
    FutureTask<@Nullable Void> task = forcing;
    if (task == null) {
      return;
    }
    boolean interrupted = false;
    try {
      while (true) {
        try {
          task.get();
          forcing = null;
          return;
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          forcing = null;
          Throwable cause = Objects.requireNonNull(e.getCause());
          throw new IOException(cause.getMessage(), cause);
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
