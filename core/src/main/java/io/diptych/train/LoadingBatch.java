package io.diptych.train;

import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A batch while workers fill it. Its memory is freed when the last of them has left it. */
final class LoadingBatch {
  private final long[] indices;
  private final boolean[] missing;
  private final @Nullable Tensor[] views;
  private final CountDownLatch left;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private volatile boolean cancelled;

  LoadingBatch(long[] indices, int views) {
    this.indices = indices.clone();
    this.missing = new boolean[indices.length];
    this.views = new Tensor[views];
    this.left = new CountDownLatch(indices.length);
  }

  long index(int row) {
    return indices[row];
  }

  /** Runs a worker's part; whatever happens in it, the batch comes to its end. */
  void run(Runnable part) {
    try {
      if (!cancelled && failure.get() == null) {
        part.run();
      }
    } catch (Throwable e) { // Also errors: a waiting thread must hear of them.
      failure.compareAndSet(null, e);
    } finally {
      left.countDown();
      if (cancelled) {
        free();
      }
    }
  }

  /** Puts the views of an image into a row. */
  void put(int row, long index, List<Tensor> frames) {
    indices[row] = index;
    for (int view = 0; view < frames.size(); view++) {
      view(view, frames.get(view)).select(0, row).copy_(frames.get(view).select(0, 0));
    }
  }

  /** Notes that a row stays empty. */
  void miss(int row) {
    missing[row] = true;
  }

  private synchronized Tensor view(int view, Tensor image) {
    Tensor all = views[view];
    if (all == null) {
      all =
          Scope.keep(
              Tensor.empty(
                  DType.UINT8,
                  Device.CPU,
                  indices.length,
                  image.size(1),
                  image.size(2),
                  image.size(3)));
      views[view] = all;
    } else if (all.size(2) != image.size(2) || all.size(3) != image.size(3)) {
      throw new IllegalArgumentException(
          "views: images have different sizes ("
              + all.size(3)
              + " x "
              + all.size(2)
              + " and "
              + image.size(3)
              + " x "
              + image.size(2)
              + " pixels), and no step of the pipeline gives them one, such as"
              + " random_resized_crop; or give data.image_size");
    }
    return all;
  }

  /** Waits until every row is done. */
  LoadedBatch await() throws InterruptedException {
    left.await();
    Throwable e = failure.get();
    if (e != null) {
      free();
      if (e instanceof RuntimeException known) {
        throw known;
      }
      throw new IllegalStateException("a worker that loads images failed: " + e, e);
    }
    List<Tensor> loaded = new ArrayList<>();
    for (Tensor view : views) {
      if (view != null) {
        loaded.add(view);
      }
    }
    return new LoadedBatch(loaded, indices, missing);
  }

  /** Gives the batch up. */
  void cancel() {
    cancelled = true;
    free();
  }

  /** Frees the memory, if no worker can write into it any more. */
  private synchronized void free() {
    if (left.getCount() == 0) {
      for (int view = 0; view < views.length; view++) {
        Tensor tensor = views[view];
        if (tensor != null) {
          tensor.close();
          views[view] = null;
        }
      }
    }
  }
}
