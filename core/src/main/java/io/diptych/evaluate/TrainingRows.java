package io.diptych.evaluate;

import io.diptych.tensor.Tensor;

/** Features of training samples, as a classifier meets them batch by batch. */
@FunctionalInterface
interface TrainingRows {
  /** One way through the samples. */
  interface Pass extends AutoCloseable {
    /**
     * Returns the features [B, F] of the next batch, in the open scope.
     *
     * @param batch which samples these are, int64 [B] on the device of the features
     */
    Tensor next(Tensor batch);

    @Override
    default void close() {}
  }

  /**
   * Begins an epoch.
   *
   * @param order the samples, of which each batch takes the next ones
   */
  Pass pass(long[] order, int batchSize, int epoch);

  /** Features computed once, [N, F]: the same in every epoch. */
  static TrainingRows of(Tensor features) {
    return (order, batchSize, epoch) -> batch -> features.indexSelect(0, batch);
  }
}
