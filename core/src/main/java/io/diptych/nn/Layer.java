package io.diptych.nn;

import io.diptych.tensor.Tensor;

/** A module with one input and one output. */
public abstract class Layer extends Module {
  /** For subclasses. */
  protected Layer() {}

  /** Computes the output; the layer says which shapes it takes and gives. */
  public abstract Tensor forward(Tensor input);
}
