package io.diptych.evaluate.projection;

/** The repulsion between all pairs of points. */
final class ExactRepulsion implements Repulsion {
  @Override
  public void prepare(double[] points) {
    // Every pair is looked at anyway.
  }

  @Override
  public int point(int turn) {
    return turn;
  }

  @Override
  public double push(int point, double[] points, double[] forces) {
    double x = points[2 * point];
    double y = points[2 * point + 1];
    double forceX = 0;
    double forceY = 0;
    double sum = 0;
    for (int j = 0; j < points.length; j += 2) {
      double dx = x - points[j];
      double dy = y - points[j + 1];
      double q = 1 / (1 + dx * dx + dy * dy);
      sum += q;
      forceX += q * q * dx;
      forceY += q * q * dy;
    }
    forces[2 * point] = forceX;
    forces[2 * point + 1] = forceY;
    return sum - 1; // without itself
  }
}
