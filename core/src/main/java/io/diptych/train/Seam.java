package io.diptych.train;

import io.diptych.method.Embeddings;
import io.diptych.tensor.Autograd;
import io.diptych.tensor.DType;
import io.diptych.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a step is cut in two: what the network made of this rank's samples on one side, what the
 * loss compares on the other. The loss sees leaves, in float32 at least, and their gradients are
 * handed back to the network.
 */
final class Seam {
  private final Embeddings local;
  private final Embeddings leaves = new Embeddings();

  Seam(Embeddings local) {
    this.local = local;
    local.tensors().forEach((name, tensor) -> leaves.with(name, leaf(tensor)));
  }

  /** Returns what the loss compares. */
  Embeddings leaves() {
    return leaves;
  }

  /** Continues backward into the network with the gradients that the loss left in the leaves. */
  void backward() {
    List<Tensor> outputs = new ArrayList<>();
    List<Tensor> gradients = new ArrayList<>();
    local
        .tensors()
        .forEach(
            (name, tensor) -> {
              Tensor gradient = leaves.get(name).grad();
              if (gradient != null) {
                outputs.add(tensor);
                gradients.add(gradient.to(tensor.dtype()));
              }
            });
    Autograd.backward(outputs, gradients);
  }

  private static Tensor leaf(Tensor tensor) {
    DType type = tensor.dtype();
    boolean half = type == DType.BFLOAT16 || type == DType.FLOAT16;
    Tensor value = half ? tensor.detach().to(DType.FLOAT32) : tensor.detach();
    return value.requiresGrad_(tensor.requiresGrad());
  }
}
