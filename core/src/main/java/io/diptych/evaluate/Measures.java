package io.diptych.evaluate;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What was measured of one kind of features, other than accuracy.
 *
 * @param features {@code encoder}, {@code untrained} or {@code pixels}
 * @param values the numbers by name, in the order to be shown
 */
public record Measures(String features, Map<String, Double> values) {
  /** Copies the map. */
  public Measures {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }
}
