package io.diptych.train;

import io.diptych.data.ImageSet;
import io.diptych.method.Step;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import io.diptych.view.Batch;
import io.diptych.view.Views;
import java.util.Arrays;

/**
 * Batches of images that are all in the device's memory. Each epoch goes through them in an order
 * of its own, which follows from the seed; images that fill no batch are left out of it.
 */
public final class ResidentSource implements BatchSource {
  private static final String ORDER = "order";

  private final ImageSet images;
  private final Views views;
  private final int batchSize;
  private final Keyed seed;
  private int orderedEpoch = -1;
  private long[] order = {};

  /**
   * Creates the source.
   *
   * @param images where they shall be
   * @param views what is made of them
   * @param batchSize images of one step
   * @param seed randomness of orders and views
   * @throws IllegalArgumentException if there are fewer images than a batch takes
   */
  public ResidentSource(ImageSet images, Views views, int batchSize, long seed) {
    if (batchSize > images.size()) {
      throw new IllegalArgumentException(
          "train.batch_size: "
              + batchSize
              + " is more than the "
              + images.size()
              + " training images of '"
              + images.name()
              + "'");
    }
    this.images = images;
    this.views = views;
    this.batchSize = batchSize;
    this.seed = Keyed.of(seed);
  }

  @Override
  public long stepsPerEpoch() {
    return images.size() / batchSize;
  }

  @Override
  public int classes() {
    return images.labelled() ? images.classNames().size() : 0;
  }

  @Override
  public Batch batch(Step step) {
    if (step.epoch() != orderedEpoch) {
      orderedEpoch = step.epoch();
      order = seed.fold(ORDER).fold(orderedEpoch).permutation(images.size());
    }
    int from = step.inEpoch() * batchSize;
    long[] chosen = Arrays.copyOfRange(order, from, from + batchSize);
    try (Scope scope = Scope.open()) {
      Tensor index = scope.escape(Tensor.of(chosen, batchSize).to(images.pixels().device()));
      Tensor pixels = images.pixels().indexSelect(0, index);
      Tensor label = scope.escape(images.labels().indexSelect(0, index));
      Batch batch = views.apply(pixels, index, label, seed, step.epoch());
      batch.views().forEach(scope::escape);
      return batch;
    }
  }
}
