package io.diptych.evaluate.projection;

import io.diptych.tensor.Tensor;

/** What can be mapped. */
final class Rows {
  private Rows() {}

  /**
   * Checks features.
   *
   * @return the number of rows
   * @throws IllegalArgumentException if they are not [N, F] with {@code least} rows of finite
   *     numbers
   */
  static int require(Tensor rows, int least) {
    if (rows.rank() != 2 || rows.size(0) < least || rows.size(1) < 1) {
      throw new IllegalArgumentException(
          "a map needs features [N, F] of at least " + least + " rows, got " + rows.shape());
    }
    if (rows.isFinite().all().item() == 0) {
      throw new IllegalArgumentException("a map needs finite features, got NaN or infinity");
    }
    return Math.toIntExact(rows.size(0));
  }
}
