package io.diptych.optim;

import io.diptych.tensor.Autograd;
import io.diptych.tensor.Foreach;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

/** Bounds the length of the gradient (Pascanu, Mikolov and Bengio, ICML 2013) as PyTorch does. */
public final class GradientClip {
  private static final double EPSILON = 1e-6;

  private GradientClip() {}

  /**
   * Scales all gradients by one factor, max / (norm + 10⁻⁶), if that is below 1.
   *
   * @param parameters those without a gradient take no part; all on one device
   * @param max the largest Euclidean norm of all gradients together, above 0
   * @return the norm before, a scalar on the device; 0 if there are no gradients
   */
  public static Tensor clip(Collection<Tensor> parameters, double max) {
    if (!(max > 0)) {
      throw new IllegalArgumentException("the largest gradient norm must be above 0, got " + max);
    }
    try (Scope scope = Scope.open();
        Autograd.Guard guard = Autograd.noGrad()) {
      List<Tensor> gradients = gradients(parameters);
      if (gradients.isEmpty()) {
        return scope.escape(Tensor.scalar(0));
      }
      Tensor norm = norm(gradients);
      Tensor factor = norm.add(EPSILON).reciprocal().mul(max).clamp(0, 1);
      Foreach.mul_(gradients, factor.expand(gradients.size()));
      return scope.escape(norm);
    }
  }

  /**
   * Returns the Euclidean norm of all gradients together.
   *
   * @param parameters those without a gradient take no part; all on one device
   * @return a scalar on the device; 0 if there are no gradients
   */
  public static Tensor norm(Collection<Tensor> parameters) {
    try (Scope scope = Scope.open();
        Autograd.Guard guard = Autograd.noGrad()) {
      List<Tensor> gradients = gradients(parameters);
      return scope.escape(gradients.isEmpty() ? Tensor.scalar(0) : norm(gradients));
    }
  }

  /** Multiplies all gradients by a number. */
  public static void scale(Collection<Tensor> parameters, double factor) {
    try (Scope scope = Scope.open();
        Autograd.Guard guard = Autograd.noGrad()) {
      Foreach.mul_(gradients(parameters), factor);
    }
  }

  private static Tensor norm(List<Tensor> gradients) {
    return Foreach.norms(gradients).square().sum().sqrt();
  }

  private static List<Tensor> gradients(Collection<Tensor> parameters) {
    return parameters.stream().map(Tensor::grad).filter(Objects::nonNull).toList();
  }
}
