package io.diptych.bench;

import io.diptych.tensor.Backend;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import io.diptych.view.Views;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Views per second of SimCLR's pipeline on 32 × 32 colour images that are in memory. The same as
 * {@code src/main/python/simclr_views.py} does with torchvision; run the two one after the other,
 * several times.
 *
 * <pre>{@code
 * java -cp 'bench/target/classes:bench/target/lib/*' io.diptych.bench.ViewThroughput 1 10
 * }</pre>
 *
 * <p>Arguments: threads, and seconds. The processor time beside the views per second counts all
 * threads; on a machine that does other work, too, it is the number to compare.
 */
public final class ViewThroughput {
  private static final int IMAGES = 1024;
  private static final int BATCH = 256;
  private static final int VALUES = 3 * 32 * 32;
  private static final int WARM_UP_EPOCHS = 30;

  private ViewThroughput() {}

  /** Measures. */
  public static void main(String[] args) {
    int threads = args.length > 0 ? Integer.parseInt(args[0]) : 1;
    double seconds = args.length > 1 ? Double.parseDouble(args[1]) : 10;
    Backend.threads(threads);
    Views views = Views.of(Fixture.recipe().views());
    Tensor pixels = Tensor.of(waves(), IMAGES, 3, 32, 32);
    for (int epoch = 0; epoch < WARM_UP_EPOCHS; epoch++) {
      epoch(views, pixels, epoch);
    }
    long start = System.nanoTime();
    long cpu = processorTime();
    long made = 0;
    for (int epoch = 0; System.nanoTime() - start < seconds * 1e9; epoch++) {
      made += epoch(views, pixels, epoch);
    }
    double perSecond = made / ((System.nanoTime() - start) / 1e9);
    double cost = (processorTime() - cpu) / 1e3 / made;
    System.out.printf(
        Locale.ROOT,
        "Diptych on Java %s: %d threads, %,.0f views/s, %.1f us of CPU a view%n",
        Runtime.version().feature(),
        threads,
        perSecond,
        cost);
  }

  private static long epoch(Views views, Tensor pixels, int epoch) {
    long made = 0;
    for (int first = 0; first < IMAGES; first += BATCH) {
      try (Scope scope = Scope.open()) {
        long[] rows = new long[BATCH];
        for (int i = 0; i < BATCH; i++) {
          rows[i] = (long) first + i;
        }
        Tensor index = Tensor.of(rows, BATCH);
        List<Tensor> batch = views.ofSet(pixels, index, index, Keyed.of(1), epoch).views();
        made += batch.stream().mapToLong(view -> view.size(0)).sum();
      }
    }
    return made;
  }

  /** Smooth waves with noise. */
  private static byte[] waves() {
    Random random = new Random(1);
    byte[] pixels = new byte[IMAGES * VALUES];
    for (int i = 0; i < pixels.length; i++) {
      int x = i % 32;
      int y = i / 32 % 32;
      int channel = i / 1024 % 3;
      int image = i / VALUES;
      double wave = 128 + 90 * Math.sin(image + 0.2 * x * (1 + channel) + 0.15 * y);
      double level = wave + 20 * random.nextGaussian();
      pixels[i] = (byte) (int) Math.max(0, Math.min(255, level));
    }
    return pixels;
  }

  private static long processorTime() {
    OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
    return system instanceof com.sun.management.OperatingSystemMXBean process
        ? process.getProcessCpuTime()
        : 0;
  }
}
