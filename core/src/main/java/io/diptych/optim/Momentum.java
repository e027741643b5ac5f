package io.diptych.optim;

import io.diptych.tensor.Foreach;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Momentum as PyTorch has it: μ ← m·μ + (1 − dampening)·d, where the first d of a parameter is
 * taken undampened; the direction of the step is μ, or d + m·μ with Nesterov.
 */
final class Momentum {
  private final boolean used;
  private final double dampening;
  private final boolean nesterov;
  private final List<String> names;
  private final Map<String, Tensor> buffers;
  // Which parameters have made their first step; on the processor, as the host has to know.
  private final @Nullable Tensor started;

  Momentum(Parameters parameters, boolean used, double dampening, boolean nesterov) {
    this.used = used;
    this.dampening = dampening;
    this.nesterov = nesterov;
    this.names = parameters.names();
    this.buffers = used ? parameters.zeros() : Map.of();
    this.started = used && dampening > 0 ? Scope.keep(Tensor.zeros(names.size())) : null;
  }

  /**
   * Takes up the gradients, which it may change, and returns the directions.
   *
   * @param momentum m of this step
   */
  List<Tensor> directions(Parameters.Group group, double momentum) {
    if (!used) {
      return group.gradients();
    }
    List<Tensor> velocities = group.of(buffers);
    Foreach.mul_(velocities, momentum);
    if (started == null) {
      Foreach.add_(velocities, group.gradients(), 1);
    } else {
      addDampened(group, velocities, started);
    }
    if (!nesterov) {
      return velocities;
    }
    Foreach.add_(group.gradients(), velocities, momentum);
    return group.gradients();
  }

  private void addDampened(Parameters.Group group, List<Tensor> velocities, Tensor started) {
    float[] begun = started.toFloatArray();
    for (boolean first : new boolean[] {true, false}) {
      List<Tensor> some = new ArrayList<>();
      List<Tensor> gradients = new ArrayList<>();
      for (int i = 0; i < velocities.size(); i++) {
        if (first == (begun[names.indexOf(group.names().get(i))] == 0)) {
          some.add(velocities.get(i));
          gradients.add(group.gradients().get(i));
        }
      }
      Foreach.add_(some, gradients, first ? 1 : 1 - dampening);
    }
    group.names().forEach(name -> begun[names.indexOf(name)] = 1);
    started.copy_(Tensor.of(begun, begun.length));
  }

  /** Returns the buffers under {@code momentum.} and the parameter's name. */
  Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    if (started != null) {
      state.put("started", started);
    }
    buffers.forEach((name, buffer) -> state.put("momentum." + name, buffer));
    return state;
  }
}
