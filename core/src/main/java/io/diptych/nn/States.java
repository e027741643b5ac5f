package io.diptych.nn;

import io.diptych.tensor.Autograd;
import io.diptych.tensor.Shape;
import io.diptych.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Copying of named state, all or nothing. */
public final class States {
  private static final int LISTED = 5;

  private States() {}

  /**
   * Compares what there is with what is expected.
   *
   * @param expected shapes by name
   * @param found likewise
   * @return a phrase for each name that is missing, has another shape, or is unexpected
   */
  public static List<String> faults(Map<String, Shape> expected, Map<String, Shape> found) {
    List<String> faults = new ArrayList<>();
    expected.forEach(
        (name, shape) -> {
          Shape other = found.get(name);
          if (other == null) {
            faults.add("missing " + name + " " + shape);
          } else if (!other.equals(shape)) {
            faults.add(name + " is " + other + ", expected " + shape);
          }
        });
    for (String name : found.keySet()) {
      if (!expected.containsKey(name)) {
        faults.add("unexpected " + name);
      }
    }
    return faults;
  }

  /** Returns the first few of some phrases, and how many more there are. */
  public static String summary(List<String> phrases) {
    int rest = phrases.size() - LISTED;
    return String.join("; ", phrases.subList(0, Math.min(LISTED, phrases.size())))
        + (rest > 0 ? " and " + rest + " more" : "");
  }

  /** Returns the shapes of tensors by their names. */
  public static Map<String, Shape> shapes(Map<String, Tensor> tensors) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> shapes.put(name, tensor.shape()));
    return shapes;
  }

  /**
   * Copies values into the live tensors of the same names.
   *
   * @param what what is loaded, for the message
   * @throws IllegalArgumentException if a name is missing, unexpected, or has another shape;
   *     nothing is copied then. Values of another type are converted
   */
  public static void load(String what, Map<String, Tensor> live, Map<String, Tensor> values) {
    List<String> faults = faults(shapes(live), shapes(values));
    if (!faults.isEmpty()) {
      throw new IllegalArgumentException(what + " does not fit: " + summary(faults));
    }
    try (Autograd.Guard guard = Autograd.noGrad()) {
      values.forEach((name, value) -> Objects.requireNonNull(live.get(name)).copy_(value));
    }
  }
}
