package io.diptych.nn;

import java.util.ArrayList;
import java.util.List;

/** Multi-layer perceptrons, the projectors and predictors of the methods. */
public final class Mlp {
  private Mlp() {}

  /**
   * What is between the linear maps, and in them.
   *
   * @param batchNorm whether a batch norm follows every map but the last
   * @param affine whether that batch norm has a scale and an offset
   * @param bias whether every map but the last has a bias
   * @param lastBias whether the last map has a bias
   */
  public record Style(boolean batchNorm, boolean affine, boolean bias, boolean lastBias) {
    /** Biases everywhere, and batch norm with scale and offset if asked for. */
    public static Style plain(boolean batchNorm) {
      return new Style(batchNorm, true, true, true);
    }
  }

  /**
   * Returns linear maps with batch norm (if asked for) and ReLU between them, named {@code
   * 0.weight}, {@code 1.weight}, {@code 3.weight}, … in order of application.
   *
   * @param style what is between them
   * @param widths of the input, between the maps, and of the output; at least two
   */
  public static List<Layer> layers(Style style, List<Integer> widths) {
    if (widths.size() < 2) {
      throw new IllegalArgumentException("a perceptron has two widths or more, got " + widths);
    }
    List<Layer> chain = new ArrayList<>();
    int last = widths.size() - 2;
    for (int i = 0; i < last; i++) {
      int width = widths.get(i + 1);
      chain.add(new Linear(widths.get(i), width, style.bias()));
      if (style.batchNorm()) {
        chain.add(new BatchNorm(width, style.affine(), Initializer.constant(1)));
      }
      chain.add(new Relu());
    }
    chain.add(new Linear(widths.get(last), widths.get(last + 1), style.lastBias()));
    return chain;
  }

  /**
   * Returns {@code layers} linear maps of one hidden width.
   *
   * @param in width of the input
   * @param hidden width between the maps
   * @param out width of the output
   * @param layers number of linear maps, at least 1
   * @param batchNorm whether a batch norm follows every map but the last
   */
  public static List<Layer> layers(int in, int hidden, int out, int layers, boolean batchNorm) {
    List<Integer> widths = new ArrayList<>();
    widths.add(in);
    for (int i = 1; i < layers; i++) {
      widths.add(hidden);
    }
    widths.add(out);
    return layers(Style.plain(batchNorm), widths);
  }
}
