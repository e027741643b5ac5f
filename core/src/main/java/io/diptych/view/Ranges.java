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
}
