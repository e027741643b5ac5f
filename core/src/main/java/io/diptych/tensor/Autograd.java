package io.diptych.tensor;

import com.google.errorprone.annotations.MustBeClosed;
import java.util.List;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Automatic differentiation beyond what a single tensor offers. */
public final class Autograd {
  private Autograd() {}

  /** A setting of this thread that returns to what it was on close. */
  public static final class Guard implements AutoCloseable {
    private final boolean before;

    @MustBeClosed
    private Guard(boolean enabled) {
      before = GradMode.is_enabled();
      GradMode.set_enabled(enabled);
    }

    @Override
    public void close() {
      GradMode.set_enabled(before);
    }
  }

  /** Stops the recording of operations on this thread until the guard is closed. */
  @MustBeClosed
  public static Guard noGrad() {
    Native.load();
    return new Guard(false);
  }

  /** Records operations on this thread until the guard is closed. */
  @MustBeClosed
  public static Guard enableGrad() {
    Native.load();
    return new Guard(true);
  }

  /**
   * Goes backward from several tensors at once, adding to {@link Tensor#grad} of the leaves.
   *
   * @param outputs tensors that require gradients
   * @param gradients the gradient of each output, of the same shape
   * @throws IllegalArgumentException if the lists differ in length
   */
  public static void backward(List<Tensor> outputs, List<Tensor> gradients) {
    if (outputs.size() != gradients.size()) {
      throw new IllegalArgumentException(
          outputs.size() + " outputs but " + gradients.size() + " gradients");
    }
    Native.run(
        "backward",
        () -> {
          try (TensorVector from = Native.vector(outputs);
              TensorVector with = Native.vector(gradients);
              TensorVector everyLeaf = new TensorVector();
              BoolOptional keepGraph = new BoolOptional(false)) {
            torch.backward(from, with, keepGraph, false, everyLeaf);
          }
        });
  }
}
