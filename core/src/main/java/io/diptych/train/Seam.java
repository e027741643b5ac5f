package io.diptych.train;

import io.diptych.method.Embeddings;
import io.diptych.tensor.Autograd;
import io.diptych.tensor.DType;
import io.diptych.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a step is cut in two: what the network made of samples on one side, what the loss compares
 * on the other. The loss sees leaves, in float32 at least, and their gradients are handed back to
 * the network.
 */
final class Seam {
  private final Embeddings local;
  private final Embeddings leaves = new Embeddings();

  Seam(Embeddings local) {
    this.local = local;
    local
        .tensors()
        .forEach((name, made) -> leaves.with(name, leaf(made.detach(), made.requiresGrad())));
  }

  /** Returns a leaf with the value of rows, on which a gradient is wanted or not. */
  static Tensor leaf(Tensor rows, boolean wanted) {
    DType type = rows.dtype();
    boolean half = type == DType.BFLOAT16 || type == DType.FLOAT16;
    return (half ? rows.to(DType.FLOAT32) : rows).requiresGrad_(wanted);
  }

  /** Returns what the loss compares. */
  Embeddings leaves() {
    return leaves;
  }

  /** Continues backward into the network with the leaves' gradients, times a factor. */
  void backward(double scale) {
    backward(local, leaves, 0, scale);
  }

  /**
   * Continues backward into the network with the gradients that the loss left in the leaves.
   *
   * @param made what the network made of some samples
   * @param leaves the leaves of all
   * @param first which row of the leaves is the first of these samples
   * @param scale factor on the gradients
   */
  static void backward(Embeddings made, Embeddings leaves, long first, double scale) {
    List<Tensor> outputs = new ArrayList<>();
    List<Tensor> gradients = new ArrayList<>();
    made.tensors()
        .forEach(
            (name, tensor) -> {
              Tensor gradient = leaves.get(name).grad();
              if (gradient != null) {
                Tensor own = gradient.narrow(0, first, tensor.size(0));
                outputs.add(tensor);
                gradients.add((scale == 1 ? own : own.mul(scale)).to(tensor.dtype()));
              }
            });
    Autograd.backward(outputs, gradients);
  }
}
