package io.diptych.evaluate.projection;

import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Tensor;

/**
 * Where the points of a map that is learnt begin: at the principal components, so that the same
 * rows give the same map and far groups keep their order (Kobak and Linderman, "Initialization is
 * critical for preserving global data structure in both t-SNE and UMAP", Nature Biotechnology 39,
 * 2021).
 */
final class Start {
  /** What tells equal rows apart, as a part of the whole. */
  private static final double NOISE = 1e-4;

  private Start() {}

  /**
   * Returns points [2N] whose first coordinates have this standard deviation, up to a little noise.
   */
  static double[] of(Tensor rows, double deviation, long seed, Steps steps) {
    double[] points = Pca.of(rows, steps).points();
    double[] noise =
        Keyed.of(seed)
            .fold("start of a map")
            .normal(Tensor.arange(points.length, Device.CPU))
            .toDoubleArray();
    double squares = 0;
    for (int i = 0; i < points.length; i += 2) {
      squares += points[i] * points[i];
    }
    double spread = Math.sqrt(2 * squares / points.length);
    double scale = spread == 0 ? 0 : deviation / spread;
    for (int i = 0; i < points.length; i++) {
      points[i] = points[i] * scale + noise[i] * NOISE * deviation;
    }
    return points;
  }
}
