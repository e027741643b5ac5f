package io.diptych.evaluate.projection;

/**
 * The Kullback–Leibler divergence of the affinities p(ij) of rows from those of their points, q(ij)
 * = q / Z with q = 1 / (1 + |y(i) − y(j)|²) and Z the sum of q over all pairs, and its gradient 4 Σ
 * (p(ij) − q(ij)) · q · (y(i) − y(j)) (van der Maaten and Hinton, equation 5).
 */
final class TSneGradient {
  private final Graph affinities;
  private final Repulsion repulsion;
  private final double[] pulls;
  private final double[] pushes;
  private final double[] sums;

  TSneGradient(Graph affinities, Repulsion repulsion) {
    this.affinities = affinities;
    this.repulsion = repulsion;
    pulls = new double[2 * affinities.rows()];
    pushes = new double[2 * affinities.rows()];
    sums = new double[affinities.rows()];
  }

  /**
   * Computes the gradient.
   *
   * @param points [2N]
   * @param exaggeration what p(ij) are multiplied by, 1 for the gradient of the divergence
   * @param gradient [2N], to be filled
   */
  void fill(double[] points, double exaggeration, double[] gradient) {
    repulsion.prepare(points);
    Pieces.each(
        sums.length,
        turn -> {
          int point = repulsion.point(turn);
          sums[point] = repulsion.push(point, points, pushes);
          pull(point, points);
        });
    double share = 1 / Pieces.sum(sums);
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] = 4 * (exaggeration * pulls[i] - share * pushes[i]);
    }
  }

  private void pull(int point, double[] points) {
    int[] to = affinities.to();
    double[] weight = affinities.weight();
    double x = points[2 * point];
    double y = points[2 * point + 1];
    double pullX = 0;
    double pullY = 0;
    int end = affinities.from()[point + 1];
    for (int e = affinities.from()[point]; e < end; e++) {
      double dx = x - points[2 * to[e]];
      double dy = y - points[2 * to[e] + 1];
      double pull = weight[e] / (1 + dx * dx + dy * dy);
      pullX += pull * dx;
      pullY += pull * dy;
    }
    pulls[2 * point] = pullX;
    pulls[2 * point + 1] = pullY;
  }

  /** Returns the divergence, at least 0. */
  double divergence(double[] points) {
    repulsion.prepare(points);
    Pieces.each(sums.length, point -> sums[point] = repulsion.push(point, points, pushes));
    double z = Pieces.sum(sums);
    Pieces.each(sums.length, point -> sums[point] = divergence(point, points, z));
    return Pieces.sum(sums);
  }

  private double divergence(int point, double[] points, double z) {
    double sum = 0;
    for (int e = affinities.from()[point]; e < affinities.from()[point + 1]; e++) {
      double p = affinities.weight()[e];
      double dx = points[2 * point] - points[2 * affinities.to()[e]];
      double dy = points[2 * point + 1] - points[2 * affinities.to()[e] + 1];
      sum += p > 0 ? p * Math.log(p * z * (1 + dx * dx + dy * dy)) : 0;
    }
    return sum;
  }
}
