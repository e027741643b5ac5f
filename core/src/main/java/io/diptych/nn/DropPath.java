package io.diptych.nn;

import io.diptych.tensor.Functional;
import io.diptych.tensor.Tensor;
import java.util.Arrays;

/**
 * In training, sets whole samples to 0 by a probability and divides the others by its complement,
 * so that what it ends drops out of a sum; in evaluation, gives its input (Huang et al., "Deep
 * networks with stochastic depth", ECCV 2016). Draws from libtorch's generator.
 */
public final class DropPath extends Layer {
  private final double probability;

  /**
   * Creates the layer.
   *
   * @param probability in [0, 1)
   */
  public DropPath(double probability) {
    if (!(probability >= 0 && probability < 1)) {
      throw new IllegalArgumentException("probability must be in [0, 1), was " + probability);
    }
    this.probability = probability;
  }

  /** Returns the probability of the layer number {@code layer} of {@code layers}, from 0 on. */
  public static double rate(double last, int layer, int layers) {
    return layers == 1 ? 0 : last * layer / (layers - 1);
  }

  @Override
  public Tensor forward(Tensor input) {
    if (!isTraining() || probability == 0) {
      return input;
    }
    long[] shape = new long[input.rank()];
    Arrays.fill(shape, 1);
    shape[0] = input.size(0);
    return drop(input, Functional.uniform(input.device(), shape));
  }

  /** Decides by one number in [0, 1) for each sample, which broadcasts over it. */
  Tensor drop(Tensor input, Tensor uniform) {
    double keep = 1 - probability;
    return input.mul(uniform.add(keep).floor().to(input.dtype()).div(keep));
  }
}
