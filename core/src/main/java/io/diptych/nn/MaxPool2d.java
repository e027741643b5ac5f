package io.diptych.nn;

import io.diptych.tensor.Functional;
import io.diptych.tensor.Tensor;

/** The largest value in each square window of [N, C, H, W] images. */
public final class MaxPool2d extends Layer {
  private final long kernel;
  private final long stride;
  private final long padding;

  /** Creates the layer. */
  public MaxPool2d(long kernel, long stride, long padding) {
    this.kernel = kernel;
    this.stride = stride;
    this.padding = padding;
  }

  @Override
  public Tensor forward(Tensor input) {
    return Functional.maxPool2d(input, kernel, stride, padding);
  }
}
