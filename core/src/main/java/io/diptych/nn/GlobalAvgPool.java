package io.diptych.nn;

import io.diptych.tensor.Tensor;

/** The mean over each channel: [N, C, H, W] → [N, C]. */
public final class GlobalAvgPool extends Layer {
  /** Creates the layer. */
  public GlobalAvgPool() {}

  @Override
  public Tensor forward(Tensor input) {
    return input.mean(2, 3);
  }
}
