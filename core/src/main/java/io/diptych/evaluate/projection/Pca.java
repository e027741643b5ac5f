package io.diptych.evaluate.projection;

import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Linalg;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;

/**
 * The two principal components: the plane in which rows vary most. Found by subspace iteration from
 * a fixed start (Halko, Martinsson and Tropp, "Finding structure with randomness", SIAM Review 53,
 * 2011, algorithm 4.4), which needs no matrix of the size F × F. Each axis points to where the
 * largest of its loadings is positive.
 *
 * @param points [2N], x and y of each row in turn, around the origin
 * @param explained [2], the part of the variance that is along each axis, from 0 to 1
 */
public record Pca(double[] points, double[] explained) {
  private static final int AXES = 2;

  /** Directions that are followed: more than needed takes fewer rounds. */
  private static final int FOLLOWED = 12;

  private static final int ROUNDS = 100;
  private static final double ENOUGH = 1e-12;

  /**
   * Makes a map.
   *
   * @param rows floating point [N, F], N at least 2
   * @param steps is told before each round, of which there may be fewer
   * @return the map; all at the origin where all rows are equal
   * @throws IllegalArgumentException if there are fewer rows, or a feature is not finite
   */
  public static Pca of(Tensor rows, Steps steps) {
    int count = Rows.require(rows, AXES);
    double[] points = new double[AXES * count];
    double[] explained = new double[AXES];
    try (Scope scope = Scope.open()) {
      Tensor centred = rows.sub(rows.meanKeep(0));
      double total = centred.square().sum().item();
      if (total == 0) {
        return new Pca(points, explained);
      }
      Tensor basis = basis(centred, steps);
      Linalg.Svd within = Linalg.svd(centred.matmul(basis));
      int found = (int) Math.min(AXES, basis.size(1));
      Tensor axes = basis.matmul(within.vh().t().narrow(1, 0, found));
      double[] singular = within.s().toDoubleArray();
      for (int axis = 0; axis < found; axis++) {
        Tensor direction = axes.select(1, axis);
        double[] scores = centred.matmul(direction).toDoubleArray();
        double sign = sign(direction.toDoubleArray());
        for (int i = 0; i < count; i++) {
          points[AXES * i + axis] = sign * scores[i];
        }
        explained[axis] = Math.min(1, singular[axis] * singular[axis] / total);
      }
    }
    return new Pca(points, explained);
  }

  /** Returns an orthonormal basis [F, some] of a space that has the leading axes in it. */
  private static Tensor basis(Tensor centred, Steps steps) {
    long width = centred.size(1);
    long followed = Math.min(FOLLOWED, Math.min(width, centred.size(0)));
    Tensor basis =
        Keyed.of(0)
            .normal(Tensor.arange(width * followed, Device.CPU))
            .reshape(width, followed)
            .to(centred.dtype())
            .to(centred.device());
    double before = 0;
    for (int round = 0; round < ROUNDS; round++) {
      steps.at(round, ROUNDS);
      try (Scope scope = Scope.open()) {
        Linalg.Svd image = Linalg.svd(centred.t().matmul(centred.matmul(basis)));
        basis = scope.escape(image.u());
        double now = image.s().narrow(0, 0, Math.min(AXES, followed)).sum().item();
        // The first round's basis was not orthonormal, so its numbers are no variances.
        if (round > 1 && Math.abs(now - before) <= ENOUGH * now) {
          break;
        }
        before = now;
      }
    }
    return basis;
  }

  private static double sign(double[] loadings) {
    double largest = 0;
    for (double loading : loadings) {
      if (Math.abs(loading) > Math.abs(largest)) {
        largest = loading;
      }
    }
    return Math.signum(largest);
  }
}
