package io.diptych.evaluate.projection;

/**
 * How the points of t-SNE push each other apart. With q = 1 / (1 + |y(i) − y(j)|²), the force on
 * point i is the sum over the others of q² · (y(i) − y(j)).
 */
interface Repulsion {
  /**
   * Computes the forces.
   *
   * @param points [2N], x and y in turn
   * @param forces [2N], to be filled
   * @return the sum of q over all ordered pairs of different points
   */
  double fill(double[] points, double[] forces);
}
