package io.diptych.nn;

import io.diptych.tensor.Tensor;

/**
 * Mixes the channels of groups: of [N, C, H, W], the first of each group come first, then the
 * second of each (Zhang et al., "ShuffleNet", CVPR 2018, figure 1).
 */
public final class ChannelShuffle extends Layer {
  private final long groups;

  /** Creates the layer. */
  public ChannelShuffle(long groups) {
    this.groups = groups;
  }

  @Override
  public Tensor forward(Tensor input) {
    return input.unflatten(1, groups, input.size(1) / groups).transpose(1, 2).flatten(1, 2);
  }
}
