package io.diptych.method;

import io.diptych.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A loss as the sum of its named terms, each a scalar that already has its weight.
 *
 * @param terms the terms, in order, at least one
 */
public record Loss(Map<String, Tensor> terms) {
  /** Copies the terms. */
  public Loss {
    if (terms.isEmpty()) {
      throw new IllegalArgumentException("a loss has at least one term");
    }
    terms = Collections.unmodifiableMap(new LinkedHashMap<>(terms));
  }

  /** Returns a loss of one term. */
  public static Loss of(String name, Tensor value) {
    return new Loss(Map.of(name, value));
  }

  /** Returns this loss with one more term. */
  public Loss plus(String name, Tensor value) {
    Map<String, Tensor> more = new LinkedHashMap<>(terms);
    more.put(name, value);
    return new Loss(more);
  }

  /** Returns the sum of the terms. */
  public Tensor total() {
    return terms.values().stream().reduce(Tensor::add).orElseThrow();
  }
}
