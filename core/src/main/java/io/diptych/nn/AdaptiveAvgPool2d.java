package io.diptych.nn;

import io.diptych.tensor.Functional;
import io.diptych.tensor.Tensor;

/** The means over a grid of cells that covers the image: [N, C, H, W] → [N, C, size, size]. */
public final class AdaptiveAvgPool2d extends Layer {
  private final long size;

  /** Creates the layer. */
  public AdaptiveAvgPool2d(long size) {
    this.size = size;
  }

  @Override
  public Tensor forward(Tensor input) {
    return Functional.adaptiveAvgPool2d(input, size);
  }
}
