package io.diptych.nn;

import java.util.ArrayList;
import java.util.List;

/** Multi-layer perceptrons, the projectors and predictors of the methods. */
public final class Mlp {
  private Mlp() {}

  /**
   * Returns {@code layers} linear maps with batch norm (if asked for) and ReLU between them, named
   * {@code 0.weight}, {@code 1.weight}, {@code 3.weight}, … in order of application.
   *
   * @param in width of the input
   * @param hidden width between the maps
   * @param out width of the output
   * @param layers number of linear maps, at least 1
   * @param batchNorm whether a batch norm follows every map but the last
   */
  public static List<Layer> layers(long in, long hidden, long out, int layers, boolean batchNorm) {
    List<Layer> chain = new ArrayList<>();
    long width = in;
    for (int i = 1; i < layers; i++) {
      chain.add(new Linear(width, hidden, true));
      if (batchNorm) {
        chain.add(new BatchNorm(hidden));
      }
      chain.add(new Relu());
      width = hidden;
    }
    chain.add(new Linear(width, out, true));
    return chain;
  }
}
