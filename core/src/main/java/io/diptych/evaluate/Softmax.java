package io.diptych.evaluate;

import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Linalg;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Multinomial logistic regression: the minimum of the mean cross-entropy plus λ/2 · ‖W‖², where W
 * are the weights without the biases. Float64 on the processor.
 *
 * <p>The search goes in coordinates in which the Hessian at W = 0, XᵀX/N · (1 − 1/C)/C + λ for each
 * class, is the identity. So the number of steps hardly depends on how the features are scaled and
 * correlated.
 */
final class Softmax {
  /** Keeps the Hessian invertible where features depend on each other and λ is tiny. */
  private static final double JITTER = 1e-10;

  private final Tensor rows;
  private final Tensor targets;
  private final Tensor curvature;
  private final int classes;
  private final Watch watch;

  /**
   * The solution for one penalty.
   *
   * @param weight [D, C]
   * @param bias [C]
   * @param lambda the penalty
   * @param gradientNorm largest absolute entry of the gradient, in the coordinates of the search
   * @param iterations steps of the search
   */
  record Fit(Tensor weight, Tensor bias, double lambda, double gradientNorm, int iterations) {
    Tensor logits(Tensor rows) {
      return rows.matmul(weight).add(bias);
    }
  }

  /**
   * Takes the samples; all tensors stay in the scope that is open.
   *
   * @param rows float64 [N, D]
   * @param labels int64 [N]
   */
  Softmax(Tensor rows, Tensor labels, int classes, Watch watch) {
    Tensor ones = Tensor.full(1, DType.FLOAT64, rows.device(), rows.size(0), 1);
    this.rows = Tensor.cat(List.of(rows, ones), 1);
    this.targets = labels.oneHot(classes).to(DType.FLOAT64);
    this.curvature = this.rows.t().matmul(this.rows).mul((1.0 - 1.0 / classes) / classes / rows.size(0));
    this.classes = classes;
    this.watch = watch;
  }

  /**
   * Solves for one penalty.
   *
   * @param near a solution to start from, or null for zero
   */
  Fit fit(double lambda, @Nullable Fit near, double tolerance, int maxIterations) {
    try (Scope scope = Scope.open()) {
      long size = rows.size(1);
      Tensor penalty = penalty(lambda, size);
      Tensor hessian = curvature.add(diagonal(penalty)).add(eye(size).mul(JITTER));
      Tensor factor = Linalg.cholesky(hessian); // hessian = factor · factorᵀ
      Tensor upper = factor.t().contiguous();
      double[] start = new double[Math.toIntExact(size * classes)];
      if (near != null) {
        Tensor known = Tensor.cat(List.of(near.weight, near.bias.unsqueeze(0)), 0);
        start = upper.matmul(known).toDoubleArray();
      }
      Lbfgs.Minimum minimum =
          Lbfgs.minimize(
              (point, gradient) -> evaluate(point, gradient, factor, upper, penalty),
              start,
              tolerance,
              maxIterations);
      Tensor solution =
          Linalg.solveTriangular(upper, Tensor.of(minimum.point(), size, classes), true);
      return new Fit(
          scope.escape(solution.narrow(0, 0, size - 1).copy()),
          scope.escape(solution.select(0, size - 1).copy()),
          lambda,
          minimum.gradientNorm(),
          minimum.iterations());
    }
  }

  /** The mean cross-entropy of other samples. */
  static double crossEntropy(Tensor logits, Tensor labels) {
    try (Scope scope = Scope.open()) {
      return -logits.logSoftmax(1).gather(1, labels.unsqueeze(1)).mean().item();
    }
  }

  private double evaluate(
      double[] point, double[] gradient, Tensor factor, Tensor upper, Tensor penalty) {
    watch.check();
    try (Scope scope = Scope.open()) {
      Tensor weight =
          Linalg.solveTriangular(upper, Tensor.of(point, rows.size(1), classes), true);
      Tensor logs = rows.matmul(weight).logSoftmax(1);
      Tensor shrink = weight.mul(penalty);
      double n = rows.size(0);
      double value =
          -logs.mul(targets).sum().item() / n + shrink.mul(weight).sum().item() / 2;
      Tensor slope = rows.t().matmul(logs.exp().sub(targets)).div(n).add(shrink);
      double[] there = Linalg.solveTriangular(factor, slope, false).toDoubleArray();
      System.arraycopy(there, 0, gradient, 0, there.length);
      return value;
    }
  }

  /** λ for each feature, 0 for the bias: [D + 1, 1]. */
  private static Tensor penalty(double lambda, long size) {
    double[] values = new double[(int) size];
    Arrays.fill(values, 0, values.length - 1, lambda);
    return Tensor.of(values, size, 1);
  }

  private static Tensor diagonal(Tensor column) {
    return eye(column.size(0)).mul(column);
  }

  private static Tensor eye(long size) {
    return Tensor.eye(size, DType.FLOAT64, Device.CPU);
  }
}
