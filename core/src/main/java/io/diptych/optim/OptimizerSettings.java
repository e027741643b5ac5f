package io.diptych.optim;

import io.diptych.tensor.Tensor;
import java.util.Map;

/** Options of an optimiser: a record with at least a base learning rate. */
public interface OptimizerSettings {
  /** Returns the base learning rate, which the schedule shapes. */
  double lr();

  /**
   * Creates the optimiser.
   *
   * @param parameters what it changes, by name
   */
  Optimizer create(Map<String, Tensor> parameters);
}
