package io.diptych.nn;

import io.diptych.tensor.Functional;
import io.diptych.tensor.Tensor;

/**
 * Convolution of [N, in, H, W] images by square kernels, without bias; parameter {@code weight}
 * [out, in, kernel, kernel].
 */
public final class Conv2d extends Layer {
  private final Tensor weight;
  private final long stride;
  private final long padding;

  /** Creates the layer. */
  public Conv2d(
      long in, long out, long kernel, long stride, long padding, Initializer initializer) {
    this.weight = parameter("weight", initializer, out, in, kernel, kernel);
    this.stride = stride;
    this.padding = padding;
  }

  @Override
  public Tensor forward(Tensor input) {
    return Functional.conv2d(input, weight, null, stride, padding, 1);
  }
}
