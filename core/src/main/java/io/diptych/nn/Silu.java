package io.diptych.nn;

import io.diptych.tensor.Functional;
import io.diptych.tensor.Tensor;

/**
 * x · σ(x), also called swish (Hendrycks and Gimpel, 2016); in place: its input must be the output
 * of a layer that does not need it again.
 */
public final class Silu extends Layer {
  /** Creates the layer. */
  public Silu() {}

  @Override
  public Tensor forward(Tensor input) {
    return Functional.silu_(input);
  }
}
