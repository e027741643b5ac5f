package io.diptych.optim;

import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Foreach;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The moving averages of gradients and of their squares that Adam divides by one another (Kingma
 * and Ba, "Adam", ICLR 2015, algorithm 1): m ← β₁·m + (1 − β₁)·g; v ← β₂·v + (1 − β₂)·g²; p ← p −
 * lr·m̂ / (√v̂ + ε) with m̂ = m/(1 − β₁ᵗ) and v̂ = v/(1 − β₂ᵗ), where t counts a parameter's own
 * steps.
 */
final class Moments {
  private final double beta2;
  private final double epsilon;
  private final List<String> names;
  private final Map<String, Tensor> first;
  private final Map<String, Tensor> second;
  // Steps of each parameter; on the processor, as the host has to know.
  private final Tensor steps;

  Moments(Parameters parameters, double beta2, double epsilon) {
    this.beta2 = beta2;
    this.epsilon = epsilon;
    this.names = parameters.names();
    this.first = parameters.zeros();
    this.second = parameters.zeros();
    this.steps = Scope.keep(Tensor.zeros(DType.FLOAT64, Device.CPU, names.size()));
  }

  /** Takes up the gradients and moves the parameters. */
  void step(Parameters.Group group, double learningRate, double beta1) {
    Foreach.lerp_(group.of(first), group.gradients(), 1 - beta1);
    Foreach.mul_(group.of(second), beta2);
    Foreach.addProduct_(group.of(second), group.gradients(), group.gradients(), 1 - beta2);
    count(group).forEach((step, some) -> move(some, step, learningRate, beta1));
  }

  /** Counts the step and returns the parameters by their number of steps, mostly the same. */
  private Map<Integer, Parameters.Group> count(Parameters.Group group) {
    double[] counts = steps.toDoubleArray();
    Map<Integer, Parameters.Group> groups = new TreeMap<>();
    for (int i = 0, place = 0; i < names.size() && place < group.names().size(); i++) {
      if (names.get(i).equals(group.names().get(place))) {
        counts[i]++;
        Parameters.Group some =
            groups.computeIfAbsent((int) counts[i], key -> Parameters.Group.empty());
        some.names().add(names.get(i));
        some.values().add(group.values().get(place));
        some.gradients().add(group.gradients().get(place));
        place++;
      }
    }
    steps.copy_(Tensor.of(counts, counts.length));
    return groups;
  }

  private void move(Parameters.Group group, int step, double learningRate, double beta1) {
    double correction = Math.sqrt(1 - Math.pow(beta2, step));
    List<Tensor> denominators = Foreach.sqrt(group.of(second));
    // Both sides of the fraction times the root of the correction: one pass less.
    Foreach.add_(denominators, epsilon * correction);
    double factor = learningRate * correction / (1 - Math.pow(beta1, step));
    Foreach.addQuotient_(group.values(), group.of(first), denominators, -factor);
  }

  /** Returns the averages under {@code first.} and {@code second.} and the parameter's name. */
  Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    state.put("steps", steps);
    first.forEach((name, tensor) -> state.put("first." + name, tensor));
    second.forEach((name, tensor) -> state.put("second." + name, tensor));
    return state;
  }
}
