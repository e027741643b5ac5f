package io.diptych.view;

import io.diptych.option.OptionException;
import java.util.List;

/** Checks of options that are ranges. */
final class Ranges {
  private Ranges() {}

  /** Checks that there are two numbers, the first not above the second. */
  static void requireAscending(String key, List<Double> range) {
    if (range.size() != 2 || !(range.get(0) <= range.get(1))) {
      throw new OptionException(key, "must be two ascending numbers, was " + range);
    }
  }

  /** Checks that there is one value for all channels, or one for each of three. */
  static void requireOneOrThree(String key, List<? extends Number> values) {
    if (values.size() != 1 && values.size() != 3) {
      throw new OptionException(key, "must have one value or three, was " + values);
    }
  }
}
