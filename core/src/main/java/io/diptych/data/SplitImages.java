package io.diptych.data;

import org.jspecify.annotations.Nullable;

/**
 * A data set with its parts, in memory or streamed.
 *
 * @param train images to learn from
 * @param test images to evaluate on, or null if the set has none
 */
public record SplitImages(ImageCollection train, @Nullable ImageCollection test)
    implements AutoCloseable {

  /** Frees both parts. */
  @Override
  public void close() {
    train.close();
    if (test != null) {
      test.close();
    }
  }
}
