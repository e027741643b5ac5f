package io.diptych.train;

import io.diptych.data.ImageSet;
import io.diptych.method.Step;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import io.diptych.view.Batch;
import io.diptych.view.Views;

/**
 * Batches of images that are all in the device's memory. Each epoch goes through them in an order
 * of its own, which follows from the seed.
 */
public final class ResidentSource implements BatchSource {
  private final ImageSet images;
  private final Views views;
  private final Keyed seed;
  private final EpochOrder order;

  /**
   * Creates the source of full batches.
   *
   * @param images where they shall be
   * @param views what is made of them
   * @param batchSize images of one step
   * @param seed randomness of orders and views
   * @throws IllegalArgumentException if there are fewer images than a batch takes
   */
  public ResidentSource(ImageSet images, Views views, int batchSize, long seed) {
    this(images, views, batchSize, Rest.DROPPED, seed);
  }

  /**
   * Creates the source.
   *
   * @param images where they shall be
   * @param views what is made of them
   * @param batchSize images of one step
   * @param rest what becomes of images that fill no batch
   * @param seed randomness of orders and views
   * @throws IllegalArgumentException if there are fewer images than a batch takes, and the rest is
   *     dropped
   */
  public ResidentSource(ImageSet images, Views views, int batchSize, Rest rest, long seed) {
    this.images = images;
    this.views = views;
    this.seed = Keyed.of(seed);
    this.order = new EpochOrder(images.name(), images.size(), batchSize, rest, this.seed);
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
    long[] chosen = order.of(step);
    try (Scope scope = Scope.open()) {
      Tensor index = scope.escape(Tensor.of(chosen, chosen.length).to(images.pixels().device()));
      Tensor label = scope.escape(images.labels().indexSelect(0, index));
      Batch batch = views.ofSet(images.pixels(), index, label, seed, step.epoch());
      batch.views().forEach(scope::escape);
      return batch;
    }
  }
}
