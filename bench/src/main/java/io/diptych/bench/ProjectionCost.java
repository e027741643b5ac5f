package io.diptych.bench;

import io.diptych.evaluate.Npy;
import io.diptych.evaluate.projection.Pca;
import io.diptych.evaluate.projection.Steps;
import io.diptych.evaluate.projection.TSne;
import io.diptych.evaluate.projection.Trustworthiness;
import io.diptych.evaluate.projection.Umap;
import io.diptych.tensor.Backend;
import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * How long the maps of the {@code project} protocol take, and how far they can be trusted. Writes
 * the features, too, for {@code src/main/python/projection_cost.py} to do the same with
 * scikit-learn.
 *
 * <pre>{@code
 * java -cp 'bench/target/classes:bench/target/lib/*' io.diptych.bench.ProjectionCost /tmp/f.npy 2
 * }</pre>
 *
 * <p>Arguments: the file, and threads, number of rows and width.
 */
public final class ProjectionCost {
  private static final int CLUSTERS = 20;

  /** Deviation of the clusters' centres where that of their rows is 1. */
  private static final double APART = 1;

  private ProjectionCost() {}

  /** Measures. */
  public static void main(String[] args) throws IOException {
    Path file = Path.of(args.length > 0 ? args[0] : "/tmp/features.npy");
    Backend.threads(args.length > 1 ? Integer.parseInt(args[1]) : 2);
    int rows = args.length > 2 ? Integer.parseInt(args[2]) : 10_000;
    int width = args.length > 3 ? Integer.parseInt(args[3]) : 128;
    try (Scope scope = Scope.open()) {
      Tensor features = mixture(rows, width);
      Npy.write(file, features);
      measure("pca", features, () -> Pca.of(features, Steps.NONE).points());
      measure("tsne", features, () -> TSne.of(features, 30, 1000, 0.5, 0, Steps.NONE).points());
      measure("umap", features, () -> Umap.of(features, 15, 0.1, 0, Steps.NONE).points());
    }
  }

  private static void measure(String method, Tensor features, Supplier<double[]> map) {
    long start = System.nanoTime();
    long processor = processorTime();
    double[] points = map.get();
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf(
        Locale.ROOT,
        "%s: %.1f s, %.1f s of CPU, trustworthiness %.4f%n",
        method,
        seconds,
        (processorTime() - processor) / 1e9,
        Trustworthiness.of(features, points, Trustworthiness.NEIGHBOURS, Steps.NONE));
  }

  private static long processorTime() {
    OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
    return system instanceof com.sun.management.OperatingSystemMXBean process
        ? process.getProcessCpuTime()
        : 0;
  }

  /** Clusters of normal rows around normal centres. */
  private static Tensor mixture(int rows, int width) {
    Tensor centres = normal("centres", CLUSTERS, width).mul(APART);
    Tensor cluster = Tensor.arange(rows, Device.CPU).remainder(CLUSTERS);
    return normal("rows", rows, width).add(centres.indexSelect(0, cluster));
  }

  private static Tensor normal(String name, int rows, int width) {
    Tensor counters = Tensor.arange((long) rows * width, Device.CPU);
    return Keyed.of(1).fold(name).normal(counters).reshape(rows, width);
  }
}
