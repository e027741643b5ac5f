package io.diptych.bench;

import io.diptych.backbone.Backbone;
import io.diptych.backbone.Backbones;
import io.diptych.option.Choice;
import io.diptych.option.Options;
import io.diptych.recipe.SavedEncoder;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import io.diptych.weights.Encoder;
import io.diptych.weights.EncoderInfo;
import io.diptych.weights.ImportOptions;
import io.diptych.weights.WeightsFormat;
import io.diptych.weights.WeightsFormats;
import io.diptych.weights.WeightsImport;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * What it costs to export a ResNet-50 and to import it again: time beside a plain copy of the file
 * that is forced to the disk as well, the processor's part of it (medians of {@code -Drepeats=5}),
 * and the most memory that a process of its own held beyond what it held before (Linux). An
 * argument is a directory for the files.
 */
public final class WeightsCost {
  private static final int COPY = 1 << 20;
  private static final String ONCE = "once";

  private final Path dir;
  private final int repeats = Integer.getInteger("repeats", 5);

  private WeightsCost(Path dir) {
    this.dir = dir;
  }

  private enum Direction {
    EXPORT,
    IMPORT
  }

  private interface Work {
    void run() throws IOException;
  }

  /** Prints a line for each format and direction. */
  public static void main(String[] args) throws Exception {
    if (args.length > 0 && args[0].equals(ONCE)) {
      once(Direction.valueOf(args[1]), args[2], Path.of(args[3]), Path.of(args[4]));
      return;
    }
    Path dir = args.length > 0 ? Path.of(args[0]) : Files.createTempDirectory("weights");
    System.out.printf(
        "%-24s %9s %9s %9s %7s %10s %7s%n",
        "", "MB", "ms", "CPU ms", "× copy", "memory MB", "× file");
    new WeightsCost(dir).run();
  }

  private void run() throws Exception {
    for (String name : List.of("safetensors", "pytorch", "detectron2")) {
      WeightsFormat format = WeightsFormats.named(name);
      Path file = dir.resolve("resnet50" + format.extension());
      Path weights = dir.resolve("weights.safetensors");
      WeightsFormats.write(format, encoder(50, 64), file);
      WeightsFormats.write(WeightsFormats.named("safetensors"), encoder(50, 64), weights);
      Path to = dir.resolve("to" + format.extension());
      Path back = dir.resolve("to.safetensors");
      double copy = measure("copy", file, 0, "", () -> copy(file));
      measure(
          "export to " + name,
          file,
          copy,
          memory(Direction.EXPORT, name, weights, to),
          () -> export(name, weights, to));
      measure(
          "import of " + name,
          file,
          copy,
          memory(Direction.IMPORT, name, file, back),
          () -> convert(file, back));
      for (Path written : List.of(file, weights, to, back)) {
        Files.deleteIfExists(written);
      }
    }
  }

  /** What the command does, too. */
  private static void convert(Path file, Path to) throws IOException {
    try (Scope scope = Scope.open()) {
      Encoder read = WeightsImport.read(file, ImportOptions.NONE).encoder();
      WeightsFormats.write(WeightsFormats.named("safetensors"), read, to);
      read.backbone().state().values().forEach(Tensor::close);
    }
  }

  private static void export(String name, Path weights, Path to) throws IOException {
    try (Scope scope = Scope.open()) {
      Encoder read = SavedEncoder.open(weights, List.of()).encoder();
      WeightsFormats.write(WeightsFormats.named(name), read, to);
      read.backbone().state().values().forEach(Tensor::close);
    }
  }

  /**
   * Does it in this process and prints how much memory it took beyond what there was, in bytes. A
   * small network goes the same way before: classes and native code are loaded by then, and what is
   * left is what the file takes.
   */
  private static void once(Direction direction, String format, Path from, Path to)
      throws IOException {
    WeightsFormat stored =
        WeightsFormats.named(direction == Direction.IMPORT ? format : "safetensors");
    Path small = Files.createTempFile("small", stored.extension());
    WeightsFormats.write(stored, encoder(18, 8), small);
    work(direction, format, small, to);
    Files.delete(small);
    Files.writeString(Path.of("/proc/self/clear_refs"), "5"); // The peak begins anew.
    long before = peak();
    work(direction, format, from, to);
    System.out.println(peak() - before);
  }

  private static long peak() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmHWM:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
      }
    }
    throw new IOException("/proc/self/status: has no VmHWM");
  }

  private static void work(Direction direction, String format, Path from, Path to)
      throws IOException {
    if (direction == Direction.IMPORT) {
      convert(from, to);
    } else {
      export(format, from, to);
    }
  }

  private static String memory(Direction direction, String format, Path from, Path to)
      throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
                "-Dorg.bytedeco.javacpp.maxBytes=0",
                "-cp",
                System.getProperty("java.class.path"),
                WeightsCost.class.getName(),
                ONCE,
                direction.name(),
                format,
                from.toString(),
                to.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
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

  private double measure(String what, Path file, double copy, String memory, Work work)
      throws IOException {
    double[] millis = new double[repeats];
    double[] busy = new double[repeats];
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    for (int i = -1; i < repeats; i++) {
      long begin = System.nanoTime();
      long used = threads.getCurrentThreadCpuTime();
      work.run();
      if (i >= 0) {
        millis[i] = (System.nanoTime() - begin) / 1e6;
        busy[i] = (threads.getCurrentThreadCpuTime() - used) / 1e6;
      }
    }
    Arrays.sort(millis);
    Arrays.sort(busy);
    double median = millis[repeats / 2];
    double size = Files.size(file) / 1e6;
    double held = memory.isEmpty() ? 0 : Long.parseLong(memory) / 1e6;
    System.out.printf(
        Locale.ROOT,
        "%-24s %9.1f %9.0f %9.0f %7.2f %10.1f %7.2f%n",
        what,
        size,
        median,
        busy[repeats / 2],
        copy == 0 ? 1 : median / copy,
        held,
        held / size);
    return median;
  }

  private static Encoder encoder(int depth, int width) {
    Class<? extends Record> type = Objects.requireNonNull(Backbones.FAMILY.members().get("resnet"));
    Choice choice =
        new Choice("resnet", Options.defaults(type, Map.of("depth", depth, "width", width)));
    Backbone backbone = Backbones.create(choice, 3);
    backbone.initialize(1);
    backbone.train(false);
    List<Double> half = List.of(0.5);
    EncoderInfo info =
        new EncoderInfo(choice, 3, 224, half, half, "simclr", "", List.of(), "bench");
    return new Encoder(backbone, info);
  }
}
