package io.diptych.evaluate.projection;

/**
 * How near two points of UMAP's map are, from their distance: 1 / (1 + a·d²ᵇ), fitted by least
 * squares to 1 up to {@code minDist}, and exp(minDist − d) from there on (McInnes, Healy and
 * Melville, section 3.2 and definition 11, with a spread of 1).
 *
 * @param a scales distances
 * @param b how sharply nearness ends
 */
record Nearness(double a, double b) {
  private static final int SAMPLES = 300;
  private static final double REACH = 3;
  private static final int ROUNDS = 100;
  private static final double ENOUGH = 1e-14;

  /** Fits by the method of Levenberg and Marquardt. */
  static Nearness fit(double minDist) {
    Nearness best = new Nearness(1, 1);
    double damping = 1e-3;
    for (int round = 0; round < ROUNDS; round++) {
      double[] normal = best.normal(minDist);
      double first = normal[0] * (1 + damping);
      double second = normal[2] * (1 + damping);
      double determinant = first * second - normal[1] * normal[1];
      Nearness next =
          new Nearness(
              best.a - (second * normal[3] - normal[1] * normal[4]) / determinant,
              best.b - (first * normal[4] - normal[1] * normal[3]) / determinant);
      double error = next.a > 0 && next.b > 0 ? next.normal(minDist)[5] : Double.POSITIVE_INFINITY;
      if (error < normal[5]) {
        boolean isEnough = normal[5] - error <= ENOUGH * normal[5];
        best = next;
        damping /= 10;
        if (isEnough) {
          break;
        }
      } else {
        damping *= 10;
      }
    }
    return best;
  }

  /** Returns JᵀJ (three numbers), Jᵀr (two) and |r|² of the residuals r and their derivatives J. */
  private double[] normal(double minDist) {
    double[] sums = new double[6];
    for (int i = 0; i < SAMPLES; i++) {
      double d = REACH * i / (SAMPLES - 1);
      double wanted = d < minDist ? 1 : Math.exp(minDist - d);
      double power = Math.pow(d, 2 * b);
      double value = 1 / (1 + a * power);
      double byA = -power * value * value;
      double byB = d == 0 ? 0 : 2 * a * Math.log(d) * byA;
      double residual = value - wanted;
      sums[0] += byA * byA;
      sums[1] += byA * byB;
      sums[2] += byB * byB;
      sums[3] += byA * residual;
      sums[4] += byB * residual;
      sums[5] += residual * residual;
    }
    return sums;
  }
}
