package io.diptych.method;

import io.diptych.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A loss as the sum of its named terms, each a scalar that already has its weight; and numbers that
 * are only logged.
 *
 * @param terms the terms, in order, at least one
 * @param metrics scalars outside the graph that do not enter the total: the log shows the mean of
 *     each over the steps since the last line that gave it, and leaves it out if that is not finite
 */
public record Loss(Map<String, Tensor> terms, Map<String, Tensor> metrics) {
  /** Copies terms and metrics. */
  public Loss {
    if (terms.isEmpty()) {
      throw new IllegalArgumentException("a loss has at least one term");
    }
    terms = Collections.unmodifiableMap(new LinkedHashMap<>(terms));
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
  }

  /** Returns a loss of one term. */
  public static Loss of(String name, Tensor value) {
    return new Loss(Map.of(name, value), Map.of());
  }

  /** Returns this loss with one more term. */
  public Loss plus(String name, Tensor value) {
    return new Loss(with(terms, name, value), metrics);
  }

  /** Returns this loss with one more number to log; it is cut off from the graph. */
  public Loss tracking(String name, Tensor value) {
    return new Loss(terms, with(metrics, name, value.detach()));
  }

  /** Returns the sum of the terms. */
  public Tensor total() {
    return terms.values().stream().reduce(Tensor::add).orElseThrow();
  }

  private static Map<String, Tensor> with(Map<String, Tensor> map, String name, Tensor value) {
    Map<String, Tensor> more = new LinkedHashMap<>(map);
    more.put(name, value);
    return more;
  }
}
