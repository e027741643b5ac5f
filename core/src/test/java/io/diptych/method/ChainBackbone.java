package io.diptych.method;

import io.diptych.backbone.Backbone;
import io.diptych.nn.Layer;
import io.diptych.nn.Linear;
import io.diptych.nn.Relu;
import io.diptych.nn.Sequential;
import io.diptych.tensor.Tensor;
import java.util.List;
import java.util.function.Supplier;

/** A backbone of a few layers for rows in place of images, named by their position. */
final class ChainBackbone extends Backbone {
  private final Supplier<List<Layer>> layers;
  private final Layer chain;
  private final int width;

  ChainBackbone(int width, Supplier<List<Layer>> layers) {
    this.width = width;
    this.layers = layers;
    List<Layer> all = layers.get();
    for (int i = 0; i < all.size(); i++) {
      child(Integer.toString(i), all.get(i));
    }
    this.chain = new Sequential(all);
  }

  /** relu(W·x + b). */
  static ChainBackbone linear(int in, int width) {
    return new ChainBackbone(width, () -> List.of(new Linear(in, width, true), new Relu()));
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public Backbone another() {
    return new ChainBackbone(width, layers);
  }

  @Override
  public Tensor forward(Tensor input) {
    return chain.forward(input);
  }
}
