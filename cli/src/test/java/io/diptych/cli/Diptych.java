package io.diptych.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** Runs the command as a real process, as a user would. */
final class Diptych {
  record Result(int code, String out, String err) {
    /** The one line on stderr; fails if there is more, such as a trace. */
    String error() {
      List<String> lines = err.lines().filter(line -> !line.isBlank()).toList();
      if (lines.size() != 1) {
        throw new AssertionError("expected one line on stderr, got:\n" + err);
      }
      return lines.get(0);
    }
  }

  private Diptych() {}

  static List<String> command(String... args) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx1g",
            "-XX:TieredStopAtLevel=1",
            "-Djava.awt.headless=true",
            "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
            "-Dorg.bytedeco.javacpp.maxBytes=0",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName()));
    command.addAll(List.of(args));
    return command;
  }

  static Result run(Path directory, String... args) throws IOException, InterruptedException {
    return run(directory, command(args));
  }

  static Result run(Path directory, List<String> command) throws IOException, InterruptedException {
    Running running = start(directory, command);
    return running.await();
  }

  record Running(Process process, Path out, Path err) {
    Result await() throws IOException, InterruptedException {
      if (!process.waitFor(300, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("still running after 300 s; stdout:\n" + Files.readString(out));
      }
      return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
    }
  }

  static Running start(Path directory, List<String> command) throws IOException {
    Path out = Files.createTempFile("diptych", ".out");
    Path err = Files.createTempFile("diptych", ".err");
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().put("OMP_WAIT_POLICY", "passive");
    builder.environment().put("LC_ALL", "C.UTF-8");
    Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    return new Running(process, out, err);
  }

  /** Writes a tiny data set in MNIST's format: every class is a bright row on a noisy ground. */
  static Path tinyData(Path directory, int train, int test) throws IOException {
    Files.createDirectories(directory);
    write(directory, "train", train);
    write(directory, "t10k", test);
    return directory;
  }

  private static void write(Path directory, String part, int count) throws IOException {
    int side = 12;
    ByteBuffer images = ByteBuffer.allocate(16 + count * side * side);
    images.putInt(0x803).putInt(count).putInt(side).putInt(side);
    ByteBuffer labels = ByteBuffer.allocate(8 + count);
    labels.putInt(0x801).putInt(count);
    SplittableRandom random = new SplittableRandom(part.hashCode());
    for (int i = 0; i < count; i++) {
      int label = i % 10;
      labels.put((byte) label);
      for (int y = 0; y < side; y++) {
        for (int x = 0; x < side; x++) {
          images.put((byte) (y == label + 1 ? 200 + random.nextInt(55) : random.nextInt(60)));
        }
      }
    }
    Files.write(directory.resolve(part + "-images-idx3-ubyte"), images.array());
    Files.write(directory.resolve(part + "-labels-idx1-ubyte"), labels.array());
  }

  /** Writes a recipe that runs in seconds on that data. */
  static Path tinyRecipe(Path file, Path data) throws IOException {
    return Files.writeString(
        file,
        """
        name: tiny
        threads: 1
        data: {name: mnist, path: %s}
        views:
          - count: 2
            pipeline:
              - random_resized_crop: {size: 12, scale: [0.4, 1.0]}
              - color_jitter: {p: 0.8, brightness: 0.4, contrast: 0.4, saturation: 0, hue: 0}
              - normalize: {mean: [0.2], std: [0.2]}
        backbone: {name: resnet, depth: 8, width: 4, stem: light}
        method: {name: simclr, projector: {hidden: 16, output: 8}}
        optimizer: {name: sgd, lr: 0.1}
        train: {epochs: 3, batch_size: 20, log_every: 1}
        """
            .formatted(data),
        StandardCharsets.UTF_8);
  }
}
