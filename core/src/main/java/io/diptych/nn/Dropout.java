package io.diptych.nn;

import io.diptych.tensor.Functional;
import io.diptych.tensor.Tensor;

/**
 * In training, sets each value to 0 by a probability and divides the others by its complement; in
 * evaluation, gives its input. Draws from libtorch's generator.
 */
public final class Dropout extends Layer {
  private final double probability;

  /**
   * Creates the layer.
   *
   * @param probability in [0, 1]
   */
  public Dropout(double probability) {
    if (!(probability >= 0 && probability <= 1)) {
      throw new IllegalArgumentException("probability must be in [0, 1], was " + probability);
    }
    this.probability = probability;
  }

  @Override
  public Tensor forward(Tensor input) {
    return isTraining() && probability > 0 ? Functional.dropout(input, probability) : input;
  }
}
