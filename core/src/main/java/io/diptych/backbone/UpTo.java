package io.diptych.backbone;

import io.diptych.nn.Layer;
import io.diptych.tensor.Tensor;

/** A backbone up to a layer; the weights are the backbone's. */
final class UpTo extends Layer {
  private final Backbone backbone;
  private final int layer;

  UpTo(Backbone backbone, int layer) {
    this.backbone = child("backbone", backbone);
    this.layer = layer;
  }

  @Override
  public Tensor forward(Tensor images) {
    return backbone.forwardTo(layer, images);
  }
}
