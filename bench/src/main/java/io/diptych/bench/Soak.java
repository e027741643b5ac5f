package io.diptych.bench;

import io.diptych.option.Yaml;
import io.diptych.recipe.Pretraining;
import io.diptych.recipe.Recipe;
import io.diptych.recipe.RunDirectory;
import io.diptych.tensor.Backend;
import io.diptych.train.MetricSink;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A long run of a tiny network with everything on: checkpoints, logs, event files, probe, teacher.
 * Prints memory and open files as it goes; the last line compares the second half of the run with
 * its tenth. {@code -Dsteps=20000}.
 */
public final class Soak {
  private static final int IMAGES = 200;
  private static final int SIDE = 12;
  private static final int STEPS_PER_EPOCH = 10;
  private static final int SAMPLES = 20;
  private static final String RECIPE =
      """
      name: soak
      threads: 1
      data: {name: mnist, path: %s}
      views:
        - count: 2
          pipeline:
            - random_resized_crop: {size: 12, scale: [0.4, 1.0]}
            - normalize: {mean: [0.2], std: [0.2]}
      backbone: {name: resnet, depth: 8, width: 4, stem: light}
      method: {name: byol, projector: {hidden: 16, output: 8}, predictor: {hidden: 16}}
      optimizer: {name: sgd, lr: 0.05}
      train:
        epochs: %d
        batch_size: 20
        log_every: 10
        checkpoint_every: 10
        clip_norm: 10
        alarms: {collapse: "off"}
        probe: {linear: true}
      """;

  private final long every;
  private final AtomicLong made = new AtomicLong();
  private long[] early = {};
  private final long[] most = new long[3];

  private Soak(long steps) {
    this.every = steps / SAMPLES;
  }

  /** Runs and prints. */
  public static void main(String[] args) throws IOException {
    long steps = Long.getLong("steps", 20_000);
    Path directory = Files.createTempDirectory("diptych-soak");
    writeData(directory.resolve("data"));
    String text = RECIPE.formatted(directory.resolve("data"), steps / STEPS_PER_EPOCH);
    Recipe recipe =
        Recipe.FORMAT.bind(Yaml.read(text.getBytes(StandardCharsets.UTF_8), "soak"), List.of());
    Soak soak = new Soak(steps);
    System.out.printf(
        "%10s %12s %10s %10s %8s%n", "step", "resident MB", "heap MB", "handles", "files");
    try (Pretraining run = Pretraining.prepare(recipe, report -> {})) {
      run.start(new RunDirectory(directory.resolve("run")), false, MetricSink.all(), soak::sample);
    }
    System.out.printf(
        Locale.ROOT,
        "second half over the second tenth: resident %+.1f %%, heap %+.1f %%, files %+d%n",
        100.0 * soak.most[0] / soak.early[0] - 100,
        100.0 * soak.most[1] / soak.early[1] - 100,
        soak.most[2] - soak.early[2]);
  }

  private boolean sample() {
    long step = made.incrementAndGet();
    if (step % every == 0) {
      System.gc();
      long resident = settled();
      Runtime runtime = Runtime.getRuntime();
      long[] now = {resident, runtime.totalMemory() - runtime.freeMemory(), openFiles()};
      System.out.printf(
          Locale.ROOT,
          "%10d %12.1f %10.1f %10d %8d%n",
          step,
          now[0] / 1e6,
          now[1] / 1e6,
          Backend.handleCount(),
          now[2]);
      if (step == 2 * every) {
        early = now;
      } else if (step > SAMPLES / 2 * every) {
        for (int i = 0; i < now.length; i++) {
          most[i] = Math.max(most[i], now[i]);
        }
      }
    }
    return false;
  }

  /** The collector gives memory back to the system in the background, since Java 16. */
  private static long settled() {
    long least = Backend.residentBytes();
    for (int i = 0; i < 40; i++) {
      LockSupport.parkNanos(50_000_000);
      least = Math.min(least, Backend.residentBytes());
    }
    return least;
  }

  private static long openFiles() {
    String[] files = new File("/proc/self/fd").list();
    return files == null ? 0 : files.length;
  }

  private static void writeData(Path directory) throws IOException {
    Files.createDirectories(directory);
    SplittableRandom random = new SplittableRandom(1);
    for (String part : List.of("train", "t10k")) {
      ByteBuffer images = ByteBuffer.allocate(16 + IMAGES * SIDE * SIDE);
      images.putInt(0x803).putInt(IMAGES).putInt(SIDE).putInt(SIDE);
      ByteBuffer labels = ByteBuffer.allocate(8 + IMAGES).putInt(0x801).putInt(IMAGES);
      for (int i = 0; i < IMAGES; i++) {
        labels.put((byte) (i % 10));
        for (int pixel = 0; pixel < SIDE * SIDE; pixel++) {
          boolean bright = pixel / SIDE == i % 10;
          images.put((byte) (bright ? 200 + random.nextInt(55) : random.nextInt(60)));
        }
      }
      Files.write(directory.resolve(part + "-images-idx3-ubyte"), images.array());
      Files.write(directory.resolve(part + "-labels-idx1-ubyte"), labels.array());
    }
  }
}
