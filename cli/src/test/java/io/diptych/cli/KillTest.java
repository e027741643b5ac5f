package io.diptych.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.diptych.method.Methods;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs that are killed (SIGKILL) at random moments and resumed end with the very file that an
 * undisturbed run writes: weights, optimiser, teacher, bank, covariances, schedule, generator and
 * log, byte for byte. A few methods and kills always; {@code -Pkill} takes all methods and 20 kills
 * each ({@code -Dkill.methods=all -Dkill.points=20}).
 */
final class KillTest {
  private static final int EPOCHS = 12;
  private static final int STEPS_PER_EPOCH = 10;

  @TempDir private Path dir;

  static Stream<String> methods() {
    String chosen = System.getProperty("kill.methods", "byol,instance-discrimination,twist");
    return chosen.equals("all")
        ? Methods.FAMILY.members().keySet().stream()
        : Stream.of(chosen.split(",", -1));
  }

  @ParameterizedTest
  @MethodSource("methods")
  void endsWithTheCheckpointOfAnUndisturbedRun(String method) throws Exception {
    int kills = Integer.getInteger("kill.points", 2);
    long seed = Long.getLong("test.seed", System.nanoTime());
    SplittableRandom random = new SplittableRandom(seed);
    String recipe = TinyMethods.recipe(dir, method, EPOCHS).toString();
    Path whole = Files.createDirectories(dir.resolve("whole"));
    Diptych.Result undisturbed = Diptych.run(whole, "pretrain", recipe, "--out", "run");
    assertThat(undisturbed.code()).as(undisturbed.err()).isZero();

    Path killed = Files.createDirectories(dir.resolve("killed"));
    List<String> moments = new ArrayList<>();
    for (int i = 0; i < kills; i++) {
      moments.add(startAndKill(killed, recipe, random));
    }
    Diptych.Result last = Diptych.run(killed, command(killed, recipe));
    String told = "seed %d, killed at %s".formatted(seed, moments);
    assertThat(last.code()).as("%s: %s", told, last.err()).isZero();
    assertThat(Files.readAllBytes(killed.resolve("run/checkpoints/last.safetensors")))
        .as(told)
        .isEqualTo(Files.readAllBytes(whole.resolve("run/checkpoints/last.safetensors")));
    assertThat(Files.readAllBytes(killed.resolve("run/checkpoints/best.safetensors")))
        .as(told)
        .isEqualTo(Files.readAllBytes(whole.resolve("run/checkpoints/best.safetensors")));
    assertThat(losses(killed)).as(told).isEqualTo(losses(whole));
    try (Stream<Path> left = Files.list(killed.resolve("run/checkpoints"))) {
      assertThat(left).noneMatch(file -> file.toString().endsWith(".tmp"));
    }
    System.out.println(method + ": " + told);
  }

  /** Starts or resumes the run, kills it a random number of steps later, and says when. */
  private static String startAndKill(Path cwd, String recipe, SplittableRandom random)
      throws Exception {
    Path metrics = cwd.resolve("run/metrics.jsonl");
    int before = lines(metrics);
    Diptych.Running running = Diptych.start(cwd, command(cwd, recipe));
    // A resumed run first drops the lines after its checkpoint, then adds new ones.
    int more = random.nextInt(3 * STEPS_PER_EPOCH);
    int fewest = before;
    while (running.process().isAlive() && lines(metrics) < fewest + more) {
      fewest = Math.min(fewest, lines(metrics));
      Thread.sleep(1);
    }
    Thread.sleep(random.nextInt(20));
    running.process().destroyForcibly(); // SIGKILL
    int code = running.await().code();
    assertThat(code).as("137 is SIGKILL; 0 if it ended first").isIn(137, 0);
    return "line " + lines(metrics);
  }

  private static List<String> command(Path cwd, String recipe) {
    List<String> command = new ArrayList<>(Diptych.command("pretrain", recipe, "--out", "run"));
    if (Files.exists(cwd.resolve("run/recipe.yaml"))) {
      command.add("--resume");
    }
    return command;
  }

  private static int lines(Path file) throws IOException {
    if (!Files.exists(file)) {
      return 0;
    }
    try (Stream<String> lines = Files.lines(file)) {
      return (int) lines.count();
    }
  }

  /** The lines without what depends on the clock and the machine. */
  private static List<String> losses(Path cwd) throws IOException {
    return Files.readAllLines(cwd.resolve("run/metrics.jsonl")).stream()
        .map(
            line ->
                line.replaceAll("\"(images_per_second|data_wait|seconds|memory)\":[^,}]+,?", ""))
        .toList();
  }
}
