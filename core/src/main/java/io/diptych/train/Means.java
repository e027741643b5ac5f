package io.diptych.train;

import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ObjDoubleConsumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Means of named scalars over the steps that gave them. The sums stay on the device until they are
 * asked for.
 */
final class Means {
  private static final String SUM = "sum";
  private static final String STEPS = "steps";

  private final Map<String, Mean> means = new LinkedHashMap<>();
  private final Device device;

  private static final class Mean {
    final Tensor sum;
    long steps;

    Mean(Device device) {
      sum = Scope.keep(Tensor.zeros(DType.FLOAT64, device));
    }
  }

  Means(Device device) {
    this.device = device;
  }

  void add(Map<String, Tensor> values) {
    values.forEach(
        (name, value) -> {
          Mean mean = mean(name);
          mean.sum.add_(value.detach());
          mean.steps++;
        });
  }

  /** Shows the sums since the last {@link #take}. */
  void sums(ObjDoubleConsumer<String> reader) {
    means.forEach((name, mean) -> reader.accept(name, mean.sum.item()));
  }

  /** Returns the means since the last call, of what there was. */
  Map<String, Double> take() {
    Map<String, Double> taken = new LinkedHashMap<>();
    means.forEach(
        (name, mean) -> {
          if (mean.steps > 0) {
            taken.put(name, mean.sum.item() / mean.steps);
            mean.sum.fill_(0);
            mean.steps = 0;
          }
        });
    return taken;
  }

  void save(ObjectNode node) {
    means.forEach(
        (name, mean) -> node.putObject(name).put(SUM, mean.sum.item()).put(STEPS, mean.steps));
  }

  void restore(JsonNode node) {
    node.properties()
        .forEach(
            entry -> {
              Mean mean = mean(entry.getKey());
              // A sum that is no finite number is saved as a text; its mean is one no more.
              mean.sum.fill_(entry.getValue().path(SUM).asDouble(Double.NaN));
              mean.steps = entry.getValue().path(STEPS).asLong();
            });
  }

  private Mean mean(String name) {
    return means.computeIfAbsent(name, key -> new Mean(device));
  }
}
