package io.diptych.evaluate.projection;

import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Tensor;

/** Normal rows around corners that are far apart: row i is of cluster i mod {@code clusters}. */
final class Clusters {
  private Clusters() {}

  /** Returns float64 [count, width], width at least clusters. */
  static Tensor rows(int count, int width, int clusters, double apart) {
    double[] values =
        Keyed.of(5).normal(Tensor.arange((long) count * width, Device.CPU)).toDoubleArray();
    for (int i = 0; i < count; i++) {
      values[i * width + i % clusters] += apart;
    }
    return Tensor.of(values, count, width);
  }

  /** Returns the part of points whose nearest point is of their cluster. */
  static double purity(double[] points, int clusters) {
    int count = points.length / 2;
    int right = 0;
    for (int i = 0; i < count; i++) {
      int nearest = -1;
      double least = Double.POSITIVE_INFINITY;
      for (int j = 0; j < count; j++) {
        double square =
            Math.pow(points[2 * i] - points[2 * j], 2)
                + Math.pow(points[2 * i + 1] - points[2 * j + 1], 2);
        if (j != i && square < least) {
          least = square;
          nearest = j;
        }
      }
      right += nearest % clusters == i % clusters ? 1 : 0;
    }
    return (double) right / count;
  }

  /** Returns the least distance between the centres of clusters over the largest spread of one. */
  static double separation(double[] points, int clusters) {
    int count = points.length / 2;
    double[] x = new double[clusters];
    double[] y = new double[clusters];
    for (int i = 0; i < count; i++) {
      x[i % clusters] += points[2 * i] * clusters / count;
      y[i % clusters] += points[2 * i + 1] * clusters / count;
    }
    double[] spread = new double[clusters];
    for (int i = 0; i < count; i++) {
      int c = i % clusters;
      spread[c] +=
          (Math.pow(points[2 * i] - x[c], 2) + Math.pow(points[2 * i + 1] - y[c], 2))
              * clusters
              / count;
    }
    double widest = 0;
    double closest = Double.POSITIVE_INFINITY;
    for (int c = 0; c < clusters; c++) {
      widest = Math.max(widest, Math.sqrt(spread[c]));
      for (int d = 0; d < c; d++) {
        closest = Math.min(closest, Math.hypot(x[c] - x[d], y[c] - y[d]));
      }
    }
    return closest / widest;
  }
}
