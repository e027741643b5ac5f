package io.diptych.nn;

import io.diptych.tensor.Autograd;
import io.diptych.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Copying of named state, all or nothing. */
public final class States {
  private static final int LISTED = 5;

  private States() {}

  /**
   * Copies values into the live tensors of the same names.
   *
   * @param what what is loaded, for the message
   * @throws IllegalArgumentException if a name is missing, unexpected, or has another shape;
   *     nothing is copied then. Values of another type are converted
   */
  public static void load(String what, Map<String, Tensor> live, Map<String, Tensor> values) {
    List<String> faults = new ArrayList<>();
    live.forEach(
        (name, tensor) -> {
          Tensor value = values.get(name);
          if (value == null) {
            faults.add("missing " + name + " " + tensor.shape());
          } else if (!value.shape().equals(tensor.shape())) {
            faults.add(name + " is " + value.shape() + ", expected " + tensor.shape());
          }
        });
    for (String name : values.keySet()) {
      if (!live.containsKey(name)) {
        faults.add("unexpected " + name);
      }
    }
    if (!faults.isEmpty()) {
      int rest = faults.size() - LISTED;
      throw new IllegalArgumentException(
          what
              + " does not fit: "
              + String.join("; ", faults.subList(0, Math.min(LISTED, faults.size())))
              + (rest > 0 ? " and " + rest + " more" : ""));
    }
    try (Autograd.Guard guard = Autograd.noGrad()) {
      values.forEach((name, value) -> Objects.requireNonNull(live.get(name)).copy_(value));
    }
  }
}
