package io.diptych.nn;

import io.diptych.tensor.Functional;
import io.diptych.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The affine map [N, in] → [N, out]; parameters {@code weight} [out, in] and {@code bias} [out].
 */
public final class Linear extends Layer {
  private final Tensor weight;
  private final @Nullable Tensor bias;

  /** Creates the layer, to be initialised as PyTorch does: uniform in ±1/√in. */
  public Linear(long in, long out, boolean bias) {
    this(in, out, bias, Initializer.fanIn(), Initializer.uniform(1 / Math.sqrt((double) in)));
  }

  /** Creates the layer with its own initialisation. */
  public Linear(
      long in, long out, boolean bias, Initializer weightInitializer, Initializer biasInitializer) {
    this.weight = parameter("weight", weightInitializer, out, in);
    this.bias = bias ? parameter("bias", biasInitializer, out) : null;
  }

  @Override
  public Tensor forward(Tensor input) {
    return Functional.linear(input, weight, bias);
  }
}
