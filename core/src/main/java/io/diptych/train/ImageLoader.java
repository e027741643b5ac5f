package io.diptych.train;

import io.diptych.data.DataException;
import io.diptych.data.StreamedSet;
import io.diptych.data.decode.Image;
import io.diptych.tensor.Backend;
import io.diptych.tensor.Scope;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Reads, decodes and crops the images of batches on worker threads, ahead of their use and in the
 * order in which batches are asked for. What a batch holds does not depend on the number of
 * workers: every image is a function of its number, the epoch and the seed.
 *
 * <p>A failure of a worker becomes the failure of the batch it worked for. Memory is bounded by the
 * batches that were asked for and not taken: the caller holds back.
 */
final class ImageLoader implements AutoCloseable {
  private static final String REPLACEMENT = "replacement";
  private static final int TRIES = 100;
  private static final long PATIENCE_SECONDS = 10;

  private final StreamedSet images;
  private final ImageFrames frames;
  private final boolean replace;
  private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
  private final Deque<LoadingBatch> asked = new ArrayDeque<>();
  private final List<Thread> workers;
  private volatile boolean closing;

  /**
   * Starts the workers.
   *
   * @param images what is loaded
   * @param frames what is made of each image
   * @param replace whether another image takes the place of one that cannot be read, drawn from the
   *     seed, the epoch and the number of the first; else its row is missing
   */
  ImageLoader(StreamedSet images, ImageFrames frames, boolean replace) {
    this.images = images;
    this.frames = frames;
    this.replace = replace;
    this.workers = Backend.startHelpers(images.workers(), "diptych-load", this::work);
  }

  private void work() {
    try {
      while (!closing) {
        tasks.take().run();
      }
    } catch (InterruptedException e) {
      // Nobody should; the thread ends.
    }
  }

  /** Returns how many batches were asked for and not taken. */
  int waiting() {
    return asked.size();
  }

  /** Asks for a batch of these images; returns at once. */
  void ask(long[] indices, long epoch) {
    LoadingBatch batch = new LoadingBatch(indices, frames.views().count());
    asked.add(batch);
    for (int row = 0; row < indices.length; row++) {
      int at = row;
      tasks.add(() -> batch.run(() -> load(batch, at, epoch)));
    }
  }

  /**
   * Waits for the batch that was asked for first, and takes it.
   *
   * @return the batch; close it
   * @throws DataException if one of its images cannot be read and that is an error, or the thread
   *     was interrupted
   */
  LoadedBatch take() {
    LoadingBatch batch = asked.remove();
    try {
      return batch.await();
    } catch (InterruptedException e) {
      batch.cancel();
      Thread.currentThread().interrupt();
      throw new DataException("reading images was interrupted", e);
    }
  }

  /** Drops all batches that were asked for. */
  void clear() {
    // Their tasks stay: they do nothing any more but count, so that memory is freed after the last.
    asked.forEach(LoadingBatch::cancel);
    asked.clear();
  }

  /** Makes the views of one image, on a worker. */
  private void load(LoadingBatch batch, int row, long epoch) {
    long wanted = batch.index(row);
    for (int attempt = 0; attempt < TRIES; attempt++) {
      int index = attempt == 0 ? (int) wanted : replacement(wanted, epoch, attempt);
      Optional<Image> image =
          images.read(index, (height, width) -> frames.reduction(height, width, index, epoch));
      if (image.isPresent()) {
        try (Scope scope = Scope.open()) {
          batch.put(row, index, frames.of(image.get(), index, epoch));
        }
        return;
      }
      if (!replace) {
        batch.miss(row);
        return;
      }
    }
    throw new DataException(
        images.name()
            + ": of "
            + TRIES
            + " images none can be read; first: "
            + images.skipped().get(0));
  }

  private int replacement(long index, long epoch, int attempt) {
    long bits = frames.seed().fold(REPLACEMENT).fold(epoch).bits(index, attempt);
    return (int) Long.remainderUnsigned(bits, images.size());
  }

  /** Ends the workers. */
  @Override
  public void close() {
    clear();
    closing = true;
    // Not by an interrupt, which would look like a file that cannot be read.
    workers.forEach(worker -> tasks.add(() -> {}));
    boolean interrupted = false;
    for (Thread worker : workers) {
      try {
        worker.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    for (Runnable rest = tasks.poll(); rest != null; rest = tasks.poll()) {
      rest.run();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
