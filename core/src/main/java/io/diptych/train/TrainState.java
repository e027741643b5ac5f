package io.diptych.train;

import io.diptych.method.Method;
import io.diptych.nn.Stateful;
import io.diptych.nn.States;
import io.diptych.optim.Optimizer;
import io.diptych.optim.Schedule;
import io.diptych.tensor.Backend;
import io.diptych.tensor.Device;
import io.diptych.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Everything that changes while a run trains, by its name in a checkpoint. */
final class TrainState {
  static final String NETWORK = "network.";
  static final String METHOD = "method.";
  private static final String GENERATOR = "generator.";
  private static final String PROBE = "probe.";

  private final Device device;
  private final Map<String, Stateful> parts = new LinkedHashMap<>();

  TrainState(
      Device device,
      Method method,
      Optimizer optimizer,
      Schedule schedule,
      @Nullable LossScaler scaler,
      @Nullable Probe probe) {
    this.device = device;
    parts.put(NETWORK, method.network());
    parts.put("optimizer.", optimizer);
    parts.put("schedule.", schedule);
    parts.put(METHOD, method);
    if (scaler != null) {
      parts.put("scaler.", scaler);
    }
    if (probe != null) {
      parts.put(PROBE, probe);
    }
  }

  /** Returns the name of the state of the generator that dropout on a device draws from. */
  static String generator(Device device) {
    return GENERATOR + device.kind().name().toLowerCase(Locale.ROOT);
  }

  /** Returns the live tensors, and the generator's state as it is now. */
  Map<String, Tensor> tensors() {
    Map<String, Tensor> all = new LinkedHashMap<>();
    parts.forEach(
        (prefix, part) -> part.state().forEach((name, tensor) -> all.put(prefix + name, tensor)));
    all.put(generator(device), Backend.generatorState(device));
    return all;
  }

  /**
   * Takes the values of a checkpoint. As a probe changes nothing else, it may come or go. A run
   * that moves to another kind of device draws from a generator of its own there.
   *
   * @throws IllegalArgumentException if they do not fit
   */
  void load(Checkpoint checkpoint) {
    Map<String, Tensor> live = tensors();
    Map<String, Tensor> values = new LinkedHashMap<>(checkpoint.tensors());
    if (checkpoint.part(PROBE).isEmpty() || !parts.containsKey(PROBE)) {
      live.keySet().removeIf(name -> name.startsWith(PROBE));
      values.keySet().removeIf(name -> name.startsWith(PROBE));
    }
    Tensor generator = values.get(generator(device));
    if (generator == null && !checkpoint.part(GENERATOR).isEmpty()) {
      live.remove(generator(device));
      values.keySet().removeIf(name -> name.startsWith(GENERATOR));
    }
    States.load("the checkpoint", live, values);
    if (generator != null) {
      Backend.generatorState(device, generator);
    }
  }

  /**
   * Fails if a value is NaN or infinite. A step can spoil the weights by gradients that overflow
   * while its loss is still a number.
   *
   * @throws DivergedException naming the tensor
   */
  static void requireFinite(Map<String, Tensor> tensors, long step) {
    tensors.forEach(
        (name, tensor) -> {
          if (tensor.dtype().isFloatingPoint() && tensor.isFinite().all().item() == 0) {
            throw new DivergedException(
                name
                    + " became NaN or infinite by step "
                    + step
                    + "; the last checkpoint is from before. Try a lower learning rate or a longer"
                    + " warm-up");
          }
        });
  }
}
