package io.diptych.train;

import io.diptych.data.StreamedSet;
import io.diptych.method.Step;
import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import io.diptych.view.Batch;
import io.diptych.view.Views;
import java.util.Arrays;
import java.util.List;

/**
 * Batches of images that are read while training goes on: worker threads read, decode and crop the
 * next ones; the device does the rest for whole batches. Each epoch goes through the images in the
 * order that {@link ResidentSource} would take.
 *
 * <p>In the place of an image that cannot be read, if such are to be skipped, another one is taken,
 * drawn from the seed and the number of the first.
 */
public final class StreamedSource implements BatchSource {
  /** Batches in work besides the one that is being used. */
  private static final int AHEAD = 2;

  private final StreamedSet images;
  private final ImageFrames frames;
  private final Device device;
  private final EpochOrder order;
  private final ImageLoader loader;
  private long nextAsked;

  /**
   * Creates the source of full batches and starts its workers.
   *
   * @param images what is read
   * @param views what is made of them
   * @param batchSize images of one step
   * @param seed randomness of orders and views
   * @param device where batches shall be
   * @throws IllegalArgumentException if there are fewer images than a batch takes
   */
  public StreamedSource(StreamedSet images, Views views, int batchSize, long seed, Device device) {
    this(images, views, batchSize, Rest.DROPPED, seed, device);
  }

  /**
   * Creates the source and starts its workers.
   *
   * @param images what is read
   * @param views what is made of them
   * @param batchSize images of one step
   * @param rest what becomes of images that fill no batch
   * @param seed randomness of orders and views
   * @param device where batches shall be
   * @throws IllegalArgumentException if there are fewer images than a batch takes, and the rest is
   *     dropped
   */
  public StreamedSource(
      StreamedSet images, Views views, int batchSize, Rest rest, long seed, Device device) {
    this.images = images;
    this.device = device;
    this.frames = new ImageFrames(views, Keyed.of(seed));
    this.order = new EpochOrder(images.name(), images.size(), batchSize, rest, frames.seed());
    this.loader = new ImageLoader(images, frames, true);
  }

  @Override
  public long stepsPerEpoch() {
    return order.stepsPerEpoch();
  }

  @Override
  public int classes() {
    return images.labelledClasses();
  }

  @Override
  public Batch batch(Step step) {
    if (nextAsked - loader.waiting() != step.number()) {
      // The first step, or one out of turn.
      loader.clear();
      nextAsked = step.number();
    }
    long last = Math.min(step.number() + AHEAD, step.total() - 1);
    while (nextAsked <= last) {
      Step asked = new Step(nextAsked, step.total(), step.perEpoch());
      loader.ask(order.of(asked), asked.epoch());
      nextAsked++;
    }
    try (LoadedBatch loaded = loader.take();
        Scope scope = Scope.open()) {
      long[] classes = Arrays.stream(loaded.index()).map(i -> images.label((int) i)).toArray();
      Tensor index = Tensor.of(loaded.index(), loaded.index().length).to(device);
      Tensor label = Tensor.of(classes, classes.length).to(device);
      List<Tensor> views = loaded.frames().stream().map(view -> view.to(device)).toList();
      Batch batch = frames.finish(views, index, label, step.epoch());
      scope.escape(index);
      scope.escape(label);
      batch.views().forEach(scope::escape);
      return batch;
    }
  }

  /** Ends the workers. The images stay open. */
  @Override
  public void close() {
    loader.close();
  }
}
