package io.diptych.nn;

import io.diptych.tensor.Tensor;

/** A border of zeros around [N, C, H, W] images, which may differ before and after. */
public final class Padding extends Layer {
  private final long before;
  private final long after;

  /**
   * Creates the layer.
   *
   * @param before rows above and columns to the left
   * @param after rows below and columns to the right
   */
  public Padding(long before, long after) {
    this.before = before;
    this.after = after;
  }

  @Override
  public Tensor forward(Tensor input) {
    return input.pad(0, before, after, before, after);
  }
}
