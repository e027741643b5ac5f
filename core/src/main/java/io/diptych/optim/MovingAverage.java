package io.diptych.optim;

import io.diptych.nn.Module;
import io.diptych.tensor.Autograd;
import io.diptych.tensor.Foreach;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * A network whose parameters follow those of another as an exponential moving average: θ′ ← m·θ′ +
 * (1 − m)·θ. Buffers are its own.
 */
public final class MovingAverage {
  private final List<Tensor> average;
  private final List<Tensor> online;

  /**
   * Pairs the parameters of two networks by name.
   *
   * @param average the network that follows; its parameters stop requiring gradients
   * @param online the network that leads
   * @throws IllegalArgumentException if a parameter of the average has no like in the other
   */
  public MovingAverage(Module average, Module online) {
    this(average.parameters(), online.parameters());
    average.parameters().values().forEach(parameter -> parameter.requiresGrad_(false));
  }

  /**
   * Pairs parameters by name.
   *
   * @param average what follows; every name must be in {@code online} with the same shape
   * @param online what leads
   */
  public MovingAverage(Map<String, Tensor> average, Map<String, Tensor> online) {
    this.average = List.copyOf(average.values());
    this.online =
        average.entrySet().stream()
            .map(entry -> like(entry.getKey(), entry.getValue(), online))
            .toList();
  }

  /**
   * Moves the average.
   *
   * @param momentum m, from 0 (copy) to 1 (stay)
   */
  public void update(double momentum) {
    try (Scope scope = Scope.open();
        Autograd.Guard guard = Autograd.noGrad()) {
      Foreach.lerp_(average, online, 1 - momentum);
    }
  }

  /** Makes the average equal to what it follows. */
  public void copy() {
    update(0);
  }

  private static Tensor like(String name, Tensor average, Map<String, Tensor> online) {
    Tensor tensor = online.get(name);
    if (tensor == null || !tensor.shape().equals(average.shape())) {
      throw new IllegalArgumentException(
          "the average's parameter '" + name + "' " + average.shape() + " has no like to follow");
    }
    return tensor;
  }
}
