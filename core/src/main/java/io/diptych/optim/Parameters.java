package io.diptych.optim;

import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What an optimiser changes: tensors by name, in two kinds. Vectors are biases, the scales of norms
 * and learnt tokens and positions: anything of at most one dimension, or whose name says so. They
 * usually neither decay nor get a learning rate of their own. All others are matrices.
 */
final class Parameters {
  private static final Set<String> TOKENS = Set.of("pos_embed", "cls_token", "dist_token");

  private final Map<String, Tensor> tensors;

  /** Some parameters and their gradients, place by place. */
  record Group(List<String> names, List<Tensor> values, List<Tensor> gradients) {
    static Group empty() {
      return new Group(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }

    boolean isEmpty() {
      return names.isEmpty();
    }

    /** Returns what is kept for these parameters, place by place. */
    List<Tensor> of(Map<String, Tensor> kept) {
      return names.stream().map(name -> Objects.requireNonNull(kept.get(name), name)).toList();
    }
  }

  Parameters(Map<String, Tensor> tensors) {
    this.tensors = new LinkedHashMap<>(tensors);
  }

  static boolean isVector(String name, Tensor tensor) {
    return tensor.rank() <= 1 || name.endsWith(".bias") || TOKENS.stream().anyMatch(name::contains);
  }

  /** Returns a tensor of zeros for each parameter, of its type and on its device. */
  Map<String, Tensor> zeros() {
    Map<String, Tensor> zeros = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> zeros.put(name, Scope.keep(tensor.copy().fill_(0))));
    return zeros;
  }

  List<String> names() {
    return List.copyOf(tensors.keySet());
  }

  /** Returns the matrices that have a gradient. */
  Group matrices() {
    return group(name -> !isVector(name, tensor(name)));
  }

  /** Returns the vectors that have a gradient. */
  Group vectors() {
    return group(name -> isVector(name, tensor(name)));
  }

  /** Returns the parameters that have a gradient. */
  Group all() {
    return group(name -> true);
  }

  /** Returns what decays of the parameters that have a gradient: matrices, or all. */
  Group decayed(boolean all) {
    return all ? all() : matrices();
  }

  private Group group(Predicate<String> selected) {
    Group group = Group.empty();
    tensors.forEach(
        (name, tensor) -> {
          Tensor gradient = tensor.grad();
          if (gradient != null && selected.test(name)) {
            group.names().add(name);
            group.values().add(tensor);
            group.gradients().add(gradient);
          }
        });
    return group;
  }

  private Tensor tensor(String name) {
    return Objects.requireNonNull(tensors.get(name), name);
  }
}
