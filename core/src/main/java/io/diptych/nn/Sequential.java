package io.diptych.nn;

import io.diptych.tensor.Tensor;
import java.util.List;

/** Layers one after the other, named by their position: {@code 0.weight}, {@code 2.bias}, …. */
public final class Sequential extends Layer {
  private final List<Layer> layers;

  /** Creates the chain. */
  public Sequential(List<? extends Layer> layers) {
    this.layers = List.copyOf(layers);
    for (int i = 0; i < this.layers.size(); i++) {
      child(Integer.toString(i), this.layers.get(i));
    }
  }

  @Override
  public Tensor forward(Tensor input) {
    Tensor output = input;
    for (Layer layer : layers) {
      output = layer.forward(output);
    }
    return output;
  }
}
