package io.diptych.golden;

import io.diptych.tensor.Tensor;
import java.util.Map;

/** The weights and images of Barlow Twins' recorded networks, by a formula of their position. */
public final class ModuloFill {
  private ModuloFill() {}

  /** Returns scale · u for the first numbers u of a position, in [−0.5, 0.5). */
  public static double[] sequence(int count, long position, double scale) {
    double[] values = new double[count];
    for (long i = 0; i < count; i++) {
      long hash = (31 * i * i + 7919 * i + 104729 * position) % 10007;
      values[(int) i] = scale * (hash / 10007.0 - 0.5);
    }
    return values;
  }

  /** Returns images in [−1, 1). */
  public static Tensor images(long position, long... shape) {
    long count = 1;
    for (long size : shape) {
      count *= size;
    }
    return Tensor.of(sequence((int) count, position, 2), shape);
  }

  /** Fills the float64 state of a network in the order of its entries. */
  public static void fill(Map<String, Tensor> state) {
    int position = 0;
    for (Map.Entry<String, Tensor> entry : state.entrySet()) {
      fill(entry.getKey(), entry.getValue().detach(), position++);
    }
  }

  private static void fill(String name, Tensor tensor, int position) {
    int count = (int) tensor.numel();
    long[] shape = tensor.shape().sizes();
    if (name.endsWith("num_batches_tracked")) {
      return;
    }
    double scale = 0.2;
    double offset = 0;
    if (shape.length >= 2) {
      scale = Math.sqrt(24 / ((double) count / shape[0]));
    } else if (name.endsWith("running_var")) {
      scale = 0.4;
      offset = 1;
    } else if (name.endsWith("weight")) {
      offset = 1;
    }
    tensor.copy_(Tensor.of(sequence(count, position, scale), shape).add(offset));
  }
}
