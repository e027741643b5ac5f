package io.diptych.evaluate;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A classifier that has learnt, and what it makes of test images.
 *
 * @param features whose they are, such as {@code encoder}
 * @param last what it makes of them after the last epoch: the result
 * @param best the best accuracy after any epoch, which knows the test samples: no result
 * @param rate the base rate, where there is one, which may have been chosen
 */
record Learnt(String features, Outcome last, double best, @Nullable Double rate) {
  private static final int FIVE = 5;
  private static final double LEVEL = 0.95;

  /** Of the bootstrap: another seed of training shall not change the interval of equal hits. */
  private static final long SEED = 0;

  /** Returns the result as measures: {@code top1}, {@code top5} and {@code mean_per_class}. */
  Map<String, Double> values() {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("top1", last.accuracy());
    values.put("top5", last.top(FIVE));
    values.put("mean_per_class", last.meanPerClass());
    return values;
  }

  /** Writes the best epoch, and an interval of the accuracy. */
  ObjectNode describe(ObjectNode node) {
    Bootstrap.Interval interval = Bootstrap.share(last.hits(), LEVEL, SEED);
    node.put("features", features);
    if (rate != null) {
      node.put("rate", rate);
    }
    node.put("best_epoch_accuracy", best);
    node.putArray("interval").add(interval.low()).add(interval.high());
    return node;
  }
}
