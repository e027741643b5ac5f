package io.diptych.nn;

import io.diptych.tensor.Tensor;

/** max(x, 0), in place: its input must be the output of a layer that does not need it again. */
public final class Relu extends Layer {
  /** Creates the layer. */
  public Relu() {}

  @Override
  public Tensor forward(Tensor input) {
    return input.relu_();
  }
}
