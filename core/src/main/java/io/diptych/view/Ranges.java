package io.diptych.view;

import java.util.List;

/** Checks of options that are ranges. */
final class Ranges {
  private Ranges() {}

  /** Checks that there are two ascending numbers in (low, high]. */
  static void requireWithin(String key, List<Double> range, double low, double high) {
    boolean good =
        range.size() == 2
            && range.get(0) > low
            && range.get(0) <= range.get(1)
            && range.get(1) <= high
            && Double.isFinite(range.get(1));
    if (!good) {
      String limit =
          Double.isInfinite(high) ? "above " + (int) low : "within (" + (int) low + ", " + (int) high + "]";
      throw new IllegalArgumentException(
          key + ": must be two ascending numbers " + limit + ", was " + range);
    }
  }

  /** Checks that a number is a probability. */
  static void requireProbability(String key, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(key + ": must be within [0, 1], was " + value);
    }
  }
}
