package io.diptych.optim;

/**
 * What a curve is laid over.
 *
 * @param base the rate that it shapes
 * @param perEpoch steps of one epoch
 * @param steps steps of the whole run
 */
record Course(double base, long perEpoch, long steps) {
  private static final double REFERENCE_BATCH = 256;

  static final String SCALE_DOC =
      "multiply the learning rate by batch_size / 256 (Goyal et al., 2017)";

  static Course of(double lr, boolean scaled, int batchSize, long perEpoch, long steps) {
    return new Course(scaled ? lr * batchSize / REFERENCE_BATCH : lr, perEpoch, steps);
  }

  /** Returns the epochs of the run. */
  double epochs() {
    return (double) steps / perEpoch;
  }

  /** Returns epochs as steps. */
  long steps(double epochs) {
    return Math.round(epochs * perEpoch);
  }
}
