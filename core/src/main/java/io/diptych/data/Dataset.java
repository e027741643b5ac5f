package io.diptych.data;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A data set with its parts.
 *
 * @param train images to learn from
 * @param test images to evaluate on, or null if the set has none
 */
public record Dataset(ImageSet train, @Nullable ImageSet test) implements AutoCloseable {

  /** Checks that both parts have the same classes and images of the same shape. */
  public Dataset {
    if (test != null) {
      if (!train.classNames().equals(test.classNames())) {
        throw new IllegalArgumentException(
            "train has classes " + train.classNames() + ", test " + test.classNames());
      }
      List<Long> trainShape = imageShape(train);
      List<Long> testShape = imageShape(test);
      if (!trainShape.equals(testShape)) {
        throw new IllegalArgumentException(
            "train has images of " + trainShape + ", test of " + testShape);
      }
    }
  }

  private static List<Long> imageShape(ImageSet set) {
    return List.of(set.pixels().size(1), set.pixels().size(2), set.pixels().size(3));
  }

  /** Frees both parts. */
  @Override
  public void close() {
    train.close();
    if (test != null) {
      test.close();
    }
  }
}
