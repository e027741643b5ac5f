package io.diptych.evaluate.projection;

/**
 * The Kullback–Leibler divergence of the affinities p(ij) of rows from those of their points, q(ij)
 * = q / Z with q = 1 / (1 + |y(i) − y(j)|²) and Z the sum of q over all pairs, and its gradient 4 Σ
 * (p(ij) − q(ij)) · q · (y(i) − y(j)) (van der Maaten and Hinton, equation 5).
 */
final class TSneGradient {
  private final Graph affinities;
  private final Repulsion repulsion;
  private final double[] forces;

  TSneGradient(Graph affinities, Repulsion repulsion) {
    this.affinities = affinities;
    this.repulsion = repulsion;
    this.forces = new double[2 * affinities.rows()];
  }

  /**
   * Computes the gradient.
   *
   * @param points [2N]
   * @param exaggeration what p(ij) are multiplied by, 1 for the gradient of the divergence
   * @param gradient [2N], to be filled
   */
  void fill(double[] points, double exaggeration, double[] gradient) {
    double share = 1 / repulsion.fill(points, forces);
    int[] from = affinities.from();
    int[] to = affinities.to();
    double[] weight = affinities.weight();
    Pieces.each(
        affinities.rows(),
        i -> {
          double x = points[2 * i];
          double y = points[2 * i + 1];
          double pullX = 0;
          double pullY = 0;
          for (int e = from[i]; e < from[i + 1]; e++) {
            double dx = x - points[2 * to[e]];
            double dy = y - points[2 * to[e] + 1];
            double pull = weight[e] / (1 + dx * dx + dy * dy);
            pullX += pull * dx;
            pullY += pull * dy;
          }
          gradient[2 * i] = 4 * (exaggeration * pullX - share * forces[2 * i]);
          gradient[2 * i + 1] = 4 * (exaggeration * pullY - share * forces[2 * i + 1]);
        });
  }

  /** Returns the divergence, at least 0. */
  double divergence(double[] points) {
    double z = repulsion.fill(points, forces);
    double[] sums = new double[affinities.rows()];
    Pieces.each(
        sums.length,
        i -> {
          for (int e = affinities.from()[i]; e < affinities.from()[i + 1]; e++) {
            double p = affinities.weight()[e];
            double dx = points[2 * i] - points[2 * affinities.to()[e]];
            double dy = points[2 * i + 1] - points[2 * affinities.to()[e] + 1];
            if (p > 0) {
              sums[i] += p * Math.log(p * z * (1 + dx * dx + dy * dy));
            }
          }
        });
    return Pieces.sum(sums);
  }
}
