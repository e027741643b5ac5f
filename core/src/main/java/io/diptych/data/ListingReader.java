package io.diptych.data;

import io.diptych.data.DataOptions.OnError;
import io.diptych.data.decode.Image;
import io.diptych.data.decode.Reduction;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads all images of a listing on worker threads; their order is that of the listing. */
final class ListingReader {
  private final ImageReader reader;
  private final OnError onError;
  private final int workers;
  private final List<String> skipped = new ArrayList<>();

  ListingReader(ImageReader reader, OnError onError, int workers) {
    this.reader = reader;
    this.onError = onError;
    this.workers = workers > 0 ? workers : Runtime.getRuntime().availableProcessors();
  }

  /**
   * Reads both parts.
   *
   * @param where what messages call the set
   * @param report is told what was read and what was left out
   */
  Parts read(String where, Listing set, Consumer<LoadReport> report) {
    ExecutorService pool =
        Executors.newFixedThreadPool(
            workers,
            task -> {
              Thread thread = new Thread(task, "diptych-decode");
              thread.setDaemon(true);
              return thread;
            });
    try {
      PixelStore train = readPart(where, set.train(), set.classNames(), pool);
      List<StoredImage> test = set.test();
      Parts parts =
          new Parts(
              train,
              test == null ? null : readPart(where, test, set.classNames(), pool),
              set.classNames());
      int images = train.size() + (parts.test() == null ? 0 : parts.test().size());
      report.accept(new LoadReport(images, skipped, set.ignored()));
      return parts;
    } finally {
      pool.shutdownNow();
    }
  }

  private PixelStore readPart(
      String where, List<StoredImage> images, List<String> classNames, ExecutorService pool) {
    PixelStore store = null;
    int[] perClass = new int[classNames.size()];
    Deque<Future<Image>> ahead = new ArrayDeque<>();
    Iterator<StoredImage> submitted = images.iterator();
    for (StoredImage image : images) {
      // Far enough ahead to keep the workers busy, not so far that images pile up.
      while (ahead.size() < 4 * workers && submitted.hasNext()) {
        StoredImage next = submitted.next();
        ahead.add(pool.submit(() -> reader.read(next, Reduction.NONE)));
      }
      Image decoded = take(ahead.remove());
      if (decoded != null) {
        store = store == null ? storeFor(decoded) : store;
        requireSize(store, decoded, image);
        store.add(decoded.planes(), 0, image.label());
        if (image.label() >= 0) {
          perClass[image.label()]++;
        }
      }
    }
    if (store == null) {
      throw new DataException(
          where
              + ": none of its "
              + images.size()
              + " image files can be read; first: "
              + skipped.get(0));
    }
    checkNothingVanished(where, images, classNames, perClass);
    return store;
  }

  private PixelStore storeFor(Image first) {
    return new PixelStore(reader.channels(), first.height(), first.width());
  }

  private static void requireSize(PixelStore store, Image image, StoredImage of) {
    if (image.height() != store.height() || image.width() != store.width()) {
      throw new DataException(
          of.stored()
              + ": has "
              + image.width()
              + " x "
              + image.height()
              + " pixels, images before it "
              + store.width()
              + " x "
              + store.height()
              + "; give data.image_size, or data.storage=streamed");
    }
  }

  private @Nullable Image take(Future<Image> image) {
    try {
      return image.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof DataException broken) {
        if (onError == OnError.FAIL) {
          throw OnError.stopping(broken);
        }
        skipped.add(String.valueOf(broken.getMessage()));
        return null;
      }
      throw new IllegalStateException("decoding failed unexpectedly", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DataException("reading images was interrupted", e);
    }
  }

  private static void checkNothingVanished(
      String where, List<StoredImage> images, List<String> classNames, int[] perClass) {
    for (StoredImage image : images) {
      if (image.label() >= 0 && perClass[image.label()] == 0) {
        throw new DataException(
            where
                + ": class '"
                + classNames.get(image.label())
                + "' has no image file that can be read, such as "
                + image.stored());
      }
    }
  }
}
