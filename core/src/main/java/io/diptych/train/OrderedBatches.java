package io.diptych.train;

import io.diptych.data.StreamedSet;
import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import io.diptych.view.ViewGroup;
import io.diptych.view.ViewPipeline;
import io.diptych.view.Views;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Goes once through a streamed set in its order, by a pipeline that is the same for every image, as
 * in evaluation. Images that cannot be read, if such are to be skipped, are left out.
 */
public final class OrderedBatches implements AutoCloseable {
  private static final int AHEAD = 3;

  private final StreamedSet images;
  private final int batchSize;
  private final Device device;
  private final ImageFrames frames;
  private final ImageLoader loader;
  private int asked;

  /**
   * Some views, of images that follow each other.
   *
   * @param pixels float32 [B, C, h, w]
   * @param index the number of each image in its set
   */
  public record Rows(Tensor pixels, long[] index) {}

  /**
   * Starts the workers.
   *
   * @param pipeline what is made of each image
   * @param batchSize images at a time
   * @param device where views shall be
   * @throws IllegalArgumentException if the pipeline is random
   */
  public OrderedBatches(StreamedSet images, ViewPipeline pipeline, int batchSize, Device device) {
    if (!pipeline.isFixed()) {
      throw new IllegalArgumentException("images are evaluated by a pipeline without randomness");
    }
    this.images = images;
    this.batchSize = batchSize;
    this.device = device;
    this.frames = new ImageFrames(new Views(List.of(new ViewGroup(1, pipeline))), Keyed.of(0));
    this.loader = new ImageLoader(images, frames, false);
    ask();
  }

  private void ask() {
    while (asked < images.size() && loader.waiting() < AHEAD) {
      int end = Math.min(images.size(), asked + batchSize);
      loader.ask(LongStream.range(asked, end).toArray(), 0);
      asked = end;
    }
  }

  /** Returns whether there are more images. */
  public boolean hasNext() {
    return loader.waiting() > 0;
  }

  /**
   * Returns the next views, which may be none if none of their images can be read.
   *
   * @throws io.diptych.data.DataException if an image cannot be read and that is an error
   */
  public Rows next() {
    try (LoadedBatch loaded = loader.take();
        Scope scope = Scope.open()) {
      ask();
      long[] rows = loaded.rows();
      long[] index = LongStream.of(rows).map(row -> loaded.index()[(int) row]).toArray();
      if (rows.length == 0) {
        return new Rows(scope.escape(Tensor.zeros(0, images.channels(), 1, 1)), index);
      }
      Tensor pixels = loaded.frames().get(0);
      Tensor present =
          rows.length == loaded.index().length
              ? pixels
              : pixels.indexSelect(0, Tensor.of(rows, rows.length));
      Tensor number = Tensor.of(index, index.length).to(device);
      Tensor views = frames.finish(List.of(present.to(device)), number, number, 0).views().get(0);
      return new Rows(scope.escape(views), index);
    }
  }

  /** Ends the workers. */
  @Override
  public void close() {
    loader.close();
  }
}
