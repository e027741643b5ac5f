package io.diptych.train;

import io.diptych.method.Step;
import io.diptych.tensor.Keyed;
import java.util.Arrays;

/**
 * Which images each step takes: every epoch goes through all in an order of its own, which follows
 * from the seed; images that fill no batch are left out of it. Remembers the last epoch's order.
 */
final class EpochOrder {
  private static final String ORDER = "order";

  private final int images;
  private final int batchSize;
  private final Keyed seed;
  private int orderedEpoch = -1;
  private long[] order = {};

  /**
   * Creates the order.
   *
   * @param name what messages call the images
   * @throws IllegalArgumentException if there are fewer images than a batch takes
   */
  EpochOrder(String name, int images, int batchSize, Keyed seed) {
    if (batchSize > images) {
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
    this.batchSize = batchSize;
    this.seed = seed;
  }

  long stepsPerEpoch() {
    return images / batchSize;
  }

  /** Returns the numbers of the images of a step. */
  long[] of(Step step) {
    if (step.epoch() != orderedEpoch) {
      orderedEpoch = step.epoch();
      order = seed.fold(ORDER).fold(orderedEpoch).permutation(images);
    }
    int from = step.inEpoch() * batchSize;
    return Arrays.copyOfRange(order, from, from + batchSize);
  }
}
