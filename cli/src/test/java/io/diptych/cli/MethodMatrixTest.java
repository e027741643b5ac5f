package io.diptych.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.diptych.method.Methods;
import io.diptych.option.Yaml;
import io.diptych.recipe.Pretraining;
import io.diptych.recipe.Recipe;
import io.diptych.recipe.RunDirectory;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import io.diptych.train.Checkpoint;
import io.diptych.train.MetricSink;
import io.diptych.train.Trainer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every method through the command: pretrain, resume, evaluate, load. */
final class MethodMatrixTest {
  private static final String VIEW =
      """
        - count: %d
          pipeline:
            - random_resized_crop: {size: 12, scale: [0.4, 1.0]}
            - color_jitter: {p: 0.8, brightness: 0.4, contrast: 0.4, saturation: 0, hue: 0}
            - normalize: {mean: [0.2], std: [0.2]}
      """;

  /** What a method needs beside its defaults to fit a batch of 20 tiny images. */
  private static final Map<String, String> OPTIONS =
      Map.of(
          "byol", "projector: {hidden: 16, output: 8}, predictor: {hidden: 16}",
          "supcon", "projector: {output: 8}",
          "selfcon", "projector: {output: 8}",
          "barlow-twins", "projector: {widths: [16, 16]}",
          "mixed-barlow-twins", "projector: {widths: [16, 16]}",
          "w-mse", "slice_size: 10, projector: {hidden: 16, output: 4}",
          "corinfomax", "projector: {widths: 16-16-8}",
          "twist", "projector: {hidden: 16, output: 16, dropout: 0.1}, momentum_encoder: true",
          "vicreg", "hidden: 16, output: 16");

  private static final Map<String, Integer> VIEWS =
      Map.of("instance-discrimination", 1, "one-stage", 1);

  @TempDir private Path dir;

  static Set<String> methods() {
    return Methods.FAMILY.members().keySet();
  }

  @ParameterizedTest
  @MethodSource("methods")
  void isPretrainedResumedBitExactlyEvaluatedAndLoaded(String method) throws Exception {
    Path recipe = recipe(method);
    Diptych.Result whole = Diptych.run(dir, "pretrain", recipe.toString(), "--out", "whole");
    assertThat(whole.code()).as(whole.err()).isZero();

    interrupt(recipe, dir.resolve("parts"), 13);
    Diptych.Result resumed =
        Diptych.run(dir, "pretrain", recipe.toString(), "--out", "parts", "--resume");
    assertThat(resumed.code()).as(resumed.err()).isZero();
    Map<String, Integer> expected = tensors(dir.resolve("whole"));
    assertThat(tensors(dir.resolve("parts"))).isEqualTo(expected);
    assertThat(expected.keySet()).anyMatch(name -> name.startsWith("network.encoder."));

    Diptych.Result evaluated =
        Diptych.run(dir, "evaluate", "parts", "--protocol", "knn", "evaluate.knn.k=20");
    assertThat(evaluated.code()).as(evaluated.err()).isZero();
    assertThat(dir.resolve("parts/evaluation/knn.json")).exists();

    Diptych.Result embedded =
        Diptych.run(dir, "embed", "parts", "--split", "test", "--to", "features.npy");
    assertThat(embedded.code()).as(embedded.err()).isZero();
    assertThat(Files.size(dir.resolve("features.npy"))).isEqualTo(128 + 100 * 16 * 4);
  }

  @Test
  void everyMethodHasARecipeOnTheSampleAndOnFashionMnist() {
    for (String method : methods()) {
      assertThat(BuiltIn.RECIPES.names()).contains("sample/" + method, "fashion-mnist/" + method);
    }
  }

  private static void interrupt(Path file, Path out, int steps) throws IOException {
    Recipe recipe = Recipe.FORMAT.bind(Yaml.read(Files.readAllBytes(file), "tiny"), List.of());
    AtomicInteger made = new AtomicInteger();
    try (Scope scope = Scope.open();
        Pretraining run = Pretraining.prepare(recipe, report -> {})) {
      Trainer.Outcome outcome =
          run.start(
              new RunDirectory(out),
              false,
              MetricSink.all(),
              () -> made.incrementAndGet() == steps);
      assertThat(outcome).isEqualTo(Trainer.Outcome.INTERRUPTED);
    }
  }

  /**
   * The bytes of every tensor, as a hash; a generator's state has padding that is left as it was.
   */
  private static Map<String, Integer> tensors(Path run) throws IOException {
    Map<String, Integer> hashes = new TreeMap<>();
    try (Scope scope = Scope.open()) {
      Checkpoint checkpoint = Checkpoint.read(run.resolve("checkpoints/last.safetensors"));
      assertThat(checkpoint.step()).isEqualTo(20);
      for (Map.Entry<String, Tensor> entry : checkpoint.tensors().entrySet()) {
        if (!entry.getKey().equals("generator.cpu")) {
          hashes.put(entry.getKey(), Arrays.hashCode(entry.getValue().toBytes()));
        }
      }
    }
    return hashes;
  }

  private Path recipe(String method) throws IOException {
    Path data = Diptych.tinyData(dir.resolve("data"), 200, 100);
    return Files.writeString(
        dir.resolve("tiny.yaml"),
        """
        name: tiny
        threads: 1
        data: {name: mnist, path: %s}
        views:
        %sbackbone: {name: resnet, depth: 8, width: 4, stem: light%s}
        method: {name: %s, %s}
        optimizer: {name: sgd, lr: 0.05}
        train: {epochs: 2, batch_size: 20, log_every: 1}
        """
            .formatted(
                data,
                VIEW.formatted(VIEWS.getOrDefault(method, 2)),
                method.equals("selfcon") ? ", exits: {after: [1], size: fc}" : "",
                method,
                OPTIONS.getOrDefault(method, "")),
        StandardCharsets.UTF_8);
  }
}
