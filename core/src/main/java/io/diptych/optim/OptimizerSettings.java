package io.diptych.optim;

/** Options of an optimiser: a record with at least a base learning rate. */
public sealed interface OptimizerSettings permits Sgd.Settings {
  /** Returns the base learning rate, which the schedule shapes. */
  double lr();
}
