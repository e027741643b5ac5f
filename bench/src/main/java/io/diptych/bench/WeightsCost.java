package io.diptych.bench;

import io.diptych.backbone.Backbone;
import io.diptych.backbone.Backbones;
import io.diptych.option.Choice;
import io.diptych.option.Options;
import io.diptych.tensor.Backend;
import io.diptych.weights.Encoder;
import io.diptych.weights.EncoderInfo;
import io.diptych.weights.ImportOptions;
import io.diptych.weights.WeightsFormat;
import io.diptych.weights.WeightsFormats;
import io.diptych.weights.WeightsImport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What it costs to export a ResNet-50 and to import it again: time beside a plain copy of the file
 * that is forced to the disk as well, and the most memory held beyond that before. Medians; an
 * argument is a directory for the files. {@code -Drepeats=5}.
 */
public final class WeightsCost {
  private static final int COPY = 1 << 20;

  private final Path dir;
  private final int repeats = Integer.getInteger("repeats", 5);

  private WeightsCost(Path dir) {
    this.dir = dir;
  }

  private interface Work {
    void run() throws IOException;
  }

  /** Prints a line for each format and direction. */
  public static void main(String[] args) throws Exception {
    Path dir = args.length > 0 ? Path.of(args[0]) : Files.createTempDirectory("weights");
    System.out.printf(
        "%-24s %9s %9s %7s %10s %7s%n", "", "MB", "ms", "× copy", "memory MB", "× file");
    new WeightsCost(dir).run();
  }

  private void run() throws Exception {
    for (String name : List.of("safetensors", "pytorch", "detectron2")) {
      WeightsFormat format = WeightsFormats.named(name);
      Path file = dir.resolve("resnet50" + format.extension());
      Encoder encoder = encoder();
      WeightsFormats.write(format, encoder, file);
      double copy = measure("copy of " + name, file, 0, () -> copy(file));
      measure("export " + name, file, copy, () -> WeightsFormats.write(format, encoder, file));
      encoder.backbone().state().values().forEach(tensor -> tensor.close());
      Path weights = dir.resolve("imported.safetensors");
      measure("import " + name, file, copy, () -> convert(file, weights));
      Files.delete(weights);
      Files.delete(file);
    }
  }

  /** What the command does, too. */
  private static void convert(Path file, Path to) throws IOException {
    Encoder read = WeightsImport.read(file, ImportOptions.NONE).encoder();
    WeightsFormats.write(WeightsFormats.named("safetensors"), read, to);
    read.backbone().state().values().forEach(tensor -> tensor.close());
  }

  private void copy(Path file) throws IOException {
    Path to = dir.resolve("copy");
    try (FileChannel from = FileChannel.open(file);
        FileChannel target =
            FileChannel.open(to, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      ByteBuffer part = ByteBuffer.allocateDirect(COPY);
      while (from.read(part.clear()) >= 0) {
        target.write(part.flip());
      }
      target.force(true);
    }
    Files.delete(to);
  }

  private double measure(String what, Path file, double copy, Work work) throws Exception {
    double[] millis = new double[repeats];
    long most = 0;
    for (int i = -1; i < repeats; i++) {
      System.gc();
      long before = Backend.residentBytes();
      AtomicLong peak = new AtomicLong(before);
      AtomicBoolean done = new AtomicBoolean();
      Thread watch =
          new Thread(
              () -> {
                while (!done.get()) {
                  peak.accumulateAndGet(Backend.residentBytes(), Math::max);
                }
              });
      watch.start();
      long begin = System.nanoTime();
      work.run();
      double taken = (System.nanoTime() - begin) / 1e6;
      done.set(true);
      watch.join();
      if (i >= 0) {
        millis[i] = taken;
        most = Math.max(most, peak.get() - before);
      }
    }
    Arrays.sort(millis);
    double median = millis[repeats / 2];
    double size = Files.size(file) / 1e6;
    System.out.printf(
        Locale.ROOT,
        "%-24s %9.1f %9.0f %7.2f %10.1f %7.2f%n",
        what,
        size,
        median,
        copy == 0 ? 1 : median / copy,
        most / 1e6,
        most / 1e6 / size);
    return median;
  }

  private static Encoder encoder() {
    Class<? extends Record> type = Objects.requireNonNull(Backbones.FAMILY.members().get("resnet"));
    Choice choice = new Choice("resnet", Options.defaults(type, Map.of("depth", 50)));
    Backbone backbone = Backbones.create(choice, 3);
    backbone.initialize(1);
    backbone.train(false);
    List<Double> half = List.of(0.5);
    EncoderInfo info =
        new EncoderInfo(choice, 3, 224, half, half, "simclr", "", List.of(), "bench");
    return new Encoder(backbone, info);
  }
}
