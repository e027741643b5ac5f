package io.diptych.nn;

import io.diptych.tensor.Tensor;
import java.util.Map;

/**
 * Something whose state has to survive: it names every tensor that a checkpoint must hold. Numbers
 * are kept as tensors of one element.
 */
public interface Stateful {
  /** Returns the live tensors by name, in a fixed order; changing them changes the state. */
  Map<String, Tensor> state();
}
