package io.diptych.nn;

import io.diptych.tensor.Functional;
import io.diptych.tensor.Tensor;

/**
 * Normalisation of each row over the last dimension (Ba, Kiros and Hinton, 2016): [N, …, C] of the
 * same shape; parameters {@code weight} and {@code bias} [C].
 */
public final class LayerNorm extends Layer {
  private final Tensor weight;
  private final Tensor bias;
  private final double epsilon;

  /** Creates the layer with a scale that starts at 1 and an offset that starts at 0. */
  public LayerNorm(long channels, double epsilon) {
    this.weight = parameter("weight", Initializer.constant(1), channels);
    this.bias = parameter("bias", Initializer.constant(0), channels);
    this.epsilon = epsilon;
  }

  @Override
  public Tensor forward(Tensor input) {
    return Functional.layerNorm(input, weight, bias, epsilon);
  }
}
