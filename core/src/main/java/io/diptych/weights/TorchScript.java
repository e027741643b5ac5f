package io.diptych.weights;

import io.diptych.tensor.Graph;
import io.diptych.tensor.Graph.Kind;
import io.diptych.tensor.Graph.Value;
import io.diptych.tensor.Script;
import io.diptych.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The TorchScript format: a graph as source text, with the whole state under its names. */
final class TorchScript {
  private TorchScript() {}

  /**
   * Compiles a graph.
   *
   * @param state all tensors by name, also those that the graph does not read
   * @param trained the names of those that are parameters
   * @throws IllegalArgumentException if an operation has no form in TorchScript
   */
  static Script compile(Graph graph, Map<String, Tensor> state, Set<String> trained) {
    Map<String, Tensor> all = new LinkedHashMap<>(state);
    for (Value value : graph.stored()) {
      if (value.kind() == Kind.CONSTANT) {
        all.put(value.name(), Objects.requireNonNull(value.tensor()));
      }
    }
    return Script.define(ScriptSource.of(graph), all, trained);
  }
}
