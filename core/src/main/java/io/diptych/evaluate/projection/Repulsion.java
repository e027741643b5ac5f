package io.diptych.evaluate.projection;

/**
 * How the points of t-SNE push each other apart. With q = 1 / (1 + |y(i) − y(j)|²), the force on
 * point i is the sum over the others of q² · (y(i) − y(j)).
 */
interface Repulsion {
  /** Looks at where the points [2N] are now. */
  void prepare(double[] points);

  /** Returns the point whose turn it is, such that near points come one after the other. */
  int point(int turn);

  /**
   * Computes the force on a point. May be called on many threads.
   *
   * @param points [2N], as {@link #prepare} saw them
   * @param forces [2N], where it is put
   * @return the sum of q over the other points
   */
  double push(int point, double[] points, double[] forces);
}
