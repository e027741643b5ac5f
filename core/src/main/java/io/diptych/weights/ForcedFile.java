package io.diptych.weights;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.zip.Checksum;
import org.jspecify.annotations.Nullable;

/**
 * A file that is written and forced to the disk: what is written goes there while more of it is
 * made, and is read back behind, so that at the end there is little to wait for.
 */
final class ForcedFile implements Closeable {
  private static final long STRIDE = 1 << 23;
  private static final int BUFFER = 1 << 20;

  private final FileChannel channel;
  private final @Nullable Checksum sum;
  private long summed;
  private @Nullable FutureTask<@Nullable Void> forcing;
  private long next = STRIDE;

  /**
   * Opens a file in place of what it held, of which nothing is read back.
   *
   * @throws IOException if that cannot be
   */
  ForcedFile(Path file) throws IOException {
    this(file, null, 0);
  }

  /**
   * Opens a file in place of what it held.
   *
   * @param sum to which what is read back is added
   * @param first the first byte of the file that is read back
   * @throws IOException if that cannot be
   */
  ForcedFile(Path file, @Nullable Checksum sum, long first) throws IOException {
    this.sum = sum;
    this.summed = first;
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

  /** Waits until all that was written is on the disk and, read back, in the checksum. */
  void readBack() throws IOException {
    start();
    await();
  }

  private void start() throws IOException {
    await();
    long end = channel.position();
    next = end + STRIDE;
    FutureTask<@Nullable Void> task =
        new FutureTask<>(
            () -> {
              channel.force(false);
              if (sum != null) {
                add(sum, end);
              }
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

  private void add(Checksum sum, long end) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
    while (summed < end) {
      buffer.clear().limit((int) Math.min(BUFFER, end - summed));
      int read = channel.read(buffer, summed);
      if (read < 0) {
        throw new EOFException("ends at byte " + summed + " of " + end + " that were written");
      }
      sum.update(buffer.flip());
      summed += read;
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
