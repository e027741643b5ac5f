package io.diptych.nn;

import io.diptych.tensor.Functional;
import io.diptych.tensor.Tensor;

/** x · Φ(x) with the normal distribution function, not its tanh approximation. */
public final class Gelu extends Layer {
  /** Creates the layer. */
  public Gelu() {}

  @Override
  public Tensor forward(Tensor input) {
    return Functional.gelu(input);
  }
}
