package io.diptych.train;

import io.diptych.data.StreamedSet;
import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import io.diptych.view.ViewGroup;
import io.diptych.view.ViewPipeline;
import io.diptych.view.Views;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Goes once through images of a streamed set, in its order or a given one. Images that cannot be
 * read, if such are to be skipped, are left out.
 */
public final class OrderedBatches implements AutoCloseable {
  private static final int AHEAD = 3;

  private final StreamedSet images;
  private final long[] order;
  private final long epoch;
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

  private OrderedBatches(
      StreamedSet images,
      long[] order,
      long epoch,
      ViewPipeline pipeline,
      Keyed seed,
      int batchSize,
      Device device) {
    this.images = images;
    this.order = order;
    this.epoch = epoch;
    this.batchSize = batchSize;
    this.device = device;
    this.frames = new ImageFrames(new Views(List.of(new ViewGroup(1, pipeline))), seed);
    this.loader = new ImageLoader(images, frames, false);
    ask();
  }

  /**
   * Goes through all images in their order, by a pipeline that is the same for every image, as in
   * evaluation.
   *
   * @param pipeline what is made of each image
   * @param batchSize images at a time
   * @param device where views shall be
   * @throws IllegalArgumentException if the pipeline is random
   */
  public static OrderedBatches fixed(
      StreamedSet images, ViewPipeline pipeline, int batchSize, Device device) {
    if (!pipeline.isFixed()) {
      throw new IllegalArgumentException("images are evaluated by a pipeline without randomness");
    }
    long[] order = LongStream.range(0, images.size()).toArray();
    return new OrderedBatches(images, order, 0, pipeline, Keyed.of(0), batchSize, device);
  }

  /**
   * Goes through some images in an order, by a pipeline that may be random. Views are those that
   * {@link Views#apply} makes with this seed and epoch of a single view.
   *
   * @param order the numbers of the images
   * @param epoch what randomness hangs on besides the seed and the image
   * @param pipeline what is made of each image
   * @param batchSize images at a time
   * @param device where views shall be
   */
  public static OrderedBatches shuffled(
      StreamedSet images,
      long[] order,
      long epoch,
      ViewPipeline pipeline,
      Keyed seed,
      int batchSize,
      Device device) {
    return new OrderedBatches(images, order.clone(), epoch, pipeline, seed, batchSize, device);
  }

  private void ask() {
    while (asked < order.length && loader.waiting() < AHEAD) {
      int end = Math.min(order.length, asked + batchSize);
      loader.ask(Arrays.copyOfRange(order, asked, end), epoch);
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
      Tensor views =
          frames.finish(List.of(present.to(device)), number, number, epoch).views().get(0);
      return new Rows(scope.escape(views), index);
    }
  }

  /** Ends the workers. */
  @Override
  public void close() {
    loader.close();
  }
}
