package io.diptych.data;

import io.diptych.data.DataOptions.OnError;
import io.diptych.data.decode.Image;
import io.diptych.data.decode.ImageDecoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

/** Reads the images of a folder on worker threads; their order is that of the files. */
final class FolderReader {
  /** Files of this length and more are no photographs, and would not fit an array. */
  private static final long MAX_FILE_BYTES = 1L << 30;

  private final ImageDecoder decoder;
  private final int channels;
  private final int side;
  private final OnError onError;
  private final int workers;
  private final List<String> skipped = new ArrayList<>();

  FolderReader(ImageDecoder decoder, int channels, int side, OnError onError, int workers) {
    this.decoder = decoder;
    this.channels = channels;
    this.side = side;
    this.onError = onError;
    this.workers = workers > 0 ? workers : Runtime.getRuntime().availableProcessors();
  }

  /**
   * Reads both parts.
   *
   * @param root the folder
   * @param limit first files of each class to read, or null for all
   * @param report is told what was read and what was left out
   */
  Parts read(Path root, @Nullable Integer limit, Consumer<LoadReport> report) {
    FolderSet all = FolderSet.of(root);
    FolderSet set = limit == null ? all : all.firstPerClass(limit);
    ExecutorService pool =
        Executors.newFixedThreadPool(
            workers,
            task -> {
              Thread thread = new Thread(task, "diptych-decode");
              thread.setDaemon(true);
              return thread;
            });
    try {
      PixelStore train = readPart(root, set.train(), set.classNames(), pool);
      List<FolderSet.Entry> test = set.test();
      Parts parts =
          new Parts(
              train,
              test == null ? null : readPart(root, test, set.classNames(), pool),
              set.classNames());
      int images = train.size() + (parts.test() == null ? 0 : parts.test().size());
      report.accept(new LoadReport(images, skipped, set.ignored()));
      return parts;
    } finally {
      pool.shutdownNow();
    }
  }

  private PixelStore readPart(
      Path root, List<FolderSet.Entry> entries, List<String> classNames, ExecutorService pool) {
    PixelStore store = new PixelStore(channels, side, side);
    int[] perClass = new int[classNames.size()];
    Deque<Future<byte[]>> ahead = new ArrayDeque<>();
    Iterator<FolderSet.Entry> submitted = entries.iterator();
    for (FolderSet.Entry entry : entries) {
      // Far enough ahead to keep the workers busy, not so far that images pile up.
      while (ahead.size() < 4 * workers && submitted.hasNext()) {
        Path file = submitted.next().file();
        ahead.add(pool.submit(() -> readImage(file)));
      }
      byte[] image = take(ahead.remove());
      if (image != null) {
        store.add(image, 0, entry.label());
        if (entry.label() >= 0) {
          perClass[entry.label()]++;
        }
      }
    }
    checkNothingVanished(root, entries, store, classNames, perClass);
    return store;
  }

  private byte @Nullable [] take(Future<byte[]> image) {
    try {
      return image.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof DataException broken) {
        if (onError == OnError.FAIL) {
          throw broken;
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

  private void checkNothingVanished(
      Path root,
      List<FolderSet.Entry> entries,
      PixelStore store,
      List<String> classNames,
      int[] perClass) {
    if (store.size() == 0) {
      throw new DataException(
          root
              + ": none of its "
              + entries.size()
              + " image files can be read; first: "
              + skipped.get(0));
    }
    for (FolderSet.Entry entry : entries) {
      if (entry.label() >= 0 && perClass[entry.label()] == 0) {
        throw new DataException(
            root
                + ": class '"
                + classNames.get(entry.label())
                + "' has no image file that can be read, such as "
                + entry.file());
      }
    }
  }

  /** Planes of the wanted channels and size. */
  private byte[] readImage(Path file) {
    try {
      long length = Files.size(file);
      if (length > MAX_FILE_BYTES) {
        throw new IOException("has " + length + " bytes, too many for an image");
      }
      Image image = decoder.decode(Files.readAllBytes(file));
      byte[] planes = Fit.channels(image.planes(), image.channels(), channels);
      return Resampler.square(planes, channels, image.height(), image.width(), side);
    } catch (IOException e) {
      throw new DataException(file + ": cannot be read as an image: " + Failures.reason(e), e);
    }
  }
}
