package io.diptych.train;

import io.diptych.method.Step;
import io.diptych.tensor.Keyed;
import io.diptych.train.BatchSource.Rest;
import java.util.Arrays;

/**
 * Which images each step takes: every epoch goes through all in an order of its own, which follows
 * from the seed. Remembers the last epoch's order.
 */
final class EpochOrder {
  private static final String ORDER = "order";

  private final int images;
  private final int batchSize;
  private final Rest rest;
  private final Keyed seed;
  private int orderedEpoch = -1;
  private long[] order = {};

  /**
   * Creates the order.
   *
   * @param name what messages call the images
   * @throws IllegalArgumentException if there are fewer images than a batch takes, and the rest is
   *     dropped
   */
  EpochOrder(String name, int images, int batchSize, Rest rest, Keyed seed) {
    if (rest == Rest.DROPPED && batchSize > images) {
      throw new IllegalArgumentException(
          "train.batch_size: "
              + batchSize
              + " is more than the "
              + images
              + " training images of '"
              + name
              + "'");
    }
    this.images = images;
    this.batchSize = Math.min(batchSize, images);
    this.rest = rest;
    this.seed = seed;
  }

  long stepsPerEpoch() {
    long full = images / batchSize;
    return rest == Rest.KEPT && images % batchSize > 1 ? full + 1 : full;
  }

  /** Returns the numbers of the images of a step. */
  long[] of(Step step) {
    if (step.epoch() != orderedEpoch) {
      orderedEpoch = step.epoch();
      order = seed.fold(ORDER).fold(orderedEpoch).permutation(images);
    }
    int from = step.inEpoch() * batchSize;
    return Arrays.copyOfRange(order, from, Math.min(images, from + batchSize));
  }
}
