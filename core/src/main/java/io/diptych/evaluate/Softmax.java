package io.diptych.evaluate;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Multinomial logistic regression: the minimum of the mean cross-entropy plus λ/2 · ‖W‖², where W
 * are the weights without the biases.
 *
 * <p>The columns should be uncorrelated, such as principal components: then the Hessian at W = 0 is
 * nearly diagonal, and the search goes in coordinates in which it is the identity, so that the
 * number of steps hardly depends on how large the columns are.
 *
 * <p>Plain Java, as its matrices are too narrow for native ones to pay: a step is a few
 * milliseconds, most of which several threads of a native library would spend waiting for each
 * other. Sums are formed in an order that does not depend on the number of processors.
 */
final class Softmax {
  /** Rows that are worked on at a time, and the most such parts. */
  private static final int PART = 128;

  private static final int PARTS = 64;

  private final double[][] rows;
  private final int[] labels;
  private final int classes;
  private final int width;
  private final Watch watch;

  /**
   * The solution for one penalty.
   *
   * @param weights [C][D + 1], the last of each row is the bias
   * @param gradientNorm largest absolute entry of the gradient, in the coordinates of the search
   * @param iterations steps of the search
   */
  record Fit(double[] weights, double gradientNorm, int iterations) {}

  /**
   * Takes the samples.
   *
   * @param columns [N][D], which it copies
   * @param labels [N], from 0 to classes − 1
   */
  Softmax(double[] columns, int[] labels, int classes, Watch watch) {
    this.labels = labels;
    this.classes = classes;
    this.watch = watch;
    int inputs = columns.length / labels.length;
    this.width = inputs + 1;
    this.rows = new double[labels.length][width];
    for (int i = 0; i < labels.length; i++) {
      System.arraycopy(columns, i * inputs, rows[i], 0, inputs);
      rows[i][inputs] = 1;
    }
  }

  /**
   * Solves for one penalty.
   *
   * @param samples which rows count
   * @param near a solution to start from, or null for zero
   */
  Fit fit(int[] samples, double lambda, @Nullable Fit near, double tolerance, int maxIterations) {
    double[] scale = scale(samples, lambda);
    double[] start = new double[classes * width];
    if (near != null) {
      for (int j = 0; j < start.length; j++) {
        start[j] = near.weights[j] / scale[j % width];
      }
    }
    Lbfgs.Minimum minimum =
        Lbfgs.minimize(
            (point, gradient) -> objective(samples, lambda, scale, point, gradient),
            start,
            tolerance,
            maxIterations);
    return new Fit(scaled(minimum.point(), scale), minimum.gradientNorm(), minimum.iterations());
  }

  /** The summed cross-entropy of some rows. */
  double crossEntropy(int[] samples, Fit fit) {
    double[][] weights = byClass(fit.weights);
    double[] logits = new double[classes];
    double sum = 0;
    for (int i : samples) {
      sum += logSumExp(rows[i], weights, logits) - logits[labels[i]];
    }
    return sum;
  }

  private double objective(
      int[] samples, double lambda, double[] scale, double[] point, double[] gradient) {
    watch.check();
    double[] flat = scaled(point, scale);
    double[][] weights = byClass(flat);
    int size = Math.max(PART, (samples.length + PARTS - 1) / PARTS);
    List<Part> parts =
        IntStream.range(0, (samples.length + size - 1) / size)
            .parallel()
            .mapToObj(p -> part(samples, p * size, size, weights))
            .toList();
    double loss = 0;
    double[] sums = new double[gradient.length];
    for (Part part : parts) {
      loss += part.loss;
      for (int c = 0; c < classes; c++) {
        for (int d = 0; d < width; d++) {
          sums[c * width + d] += part.slopes[c][d];
        }
      }
    }
    double squares = 0;
    for (int j = 0; j < gradient.length; j++) {
      boolean isBias = j % width == width - 1;
      double shrink = isBias ? 0 : lambda * flat[j];
      squares += shrink * flat[j];
      gradient[j] = (sums[j] / samples.length + shrink) * scale[j % width];
    }
    return loss / samples.length + squares / 2;
  }

  /** The summed cross-entropy of some rows and its gradient [C][D + 1]. */
  private record Part(double loss, double[][] slopes) {}

  private Part part(int[] samples, int from, int count, double[][] weights) {
    double loss = 0;
    double[][] slopes = new double[classes][width];
    double[] logits = new double[classes];
    for (int s = from; s < Math.min(samples.length, from + count); s++) {
      int label = labels[samples[s]];
      double[] row = rows[samples[s]];
      double logSum = logSumExp(row, weights, logits);
      loss += logSum - logits[label];
      for (int c = 0; c < classes; c++) {
        double excess = Math.exp(logits[c] - logSum) - (c == label ? 1 : 0);
        double[] slope = slopes[c];
        for (int d = 0; d < slope.length; d++) {
          slope[d] += excess * row[d];
        }
      }
    }
    return new Part(loss, slopes);
  }

  private static double logSumExp(double[] row, double[][] weights, double[] logits) {
    double most = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < logits.length; c++) {
      logits[c] = dot(row, weights[c]);
      most = Math.max(most, logits[c]);
    }
    double sum = 0;
    for (double logit : logits) {
      sum += Math.exp(logit - most);
    }
    return most + Math.log(sum);
  }

  /** Four sums at a time, as each addition has to wait for the one before. */
  private static double dot(double[] a, double[] b) {
    double sum0 = 0;
    double sum1 = 0;
    double sum2 = 0;
    double sum3 = 0;
    int i = 0;
    for (; i < a.length - 3; i += 4) {
      sum0 += a[i] * b[i];
      sum1 += a[i + 1] * b[i + 1];
      sum2 += a[i + 2] * b[i + 2];
      sum3 += a[i + 3] * b[i + 3];
    }
    for (; i < a.length; i++) {
      sum0 += a[i] * b[i];
    }
    return (sum0 + sum1) + (sum2 + sum3);
  }

  private double[][] byClass(double[] flat) {
    double[][] parts = new double[classes][];
    Arrays.setAll(parts, c -> Arrays.copyOfRange(flat, c * width, (c + 1) * width));
    return parts;
  }

  /** One over the square root of the Hessian's diagonal at W = 0, for each column. */
  private double[] scale(int[] samples, double lambda) {
    double[] squares = new double[width];
    for (int i : samples) {
      for (int d = 0; d < width; d++) {
        squares[d] += rows[i][d] * rows[i][d];
      }
    }
    double curvature = (1 - 1.0 / classes) / classes / samples.length;
    double[] scale = new double[width];
    for (int d = 0; d < width; d++) {
      scale[d] = 1 / Math.sqrt(curvature * squares[d] + (d < width - 1 ? lambda : 0));
    }
    return scale;
  }

  private double[] scaled(double[] values, double[] scale) {
    double[] result = new double[values.length];
    Arrays.setAll(result, j -> values[j] * scale[j % width]);
    return result;
  }
}
