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
  @TempDir private Path dir;

  static Set<String> methods() {
    return Methods.FAMILY.members().keySet();
  }

  @ParameterizedTest
  @MethodSource("methods")
  void isPretrainedResumedBitExactlyEvaluatedAndLoaded(String method) throws Exception {
    Path recipe = TinyMethods.recipe(dir, method, 2);
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

  /** The bytes of every tensor, as a hash. */
  private static Map<String, Integer> tensors(Path run) throws IOException {
    Map<String, Integer> hashes = new TreeMap<>();
    try (Scope scope = Scope.open()) {
      Checkpoint checkpoint = Checkpoint.read(run.resolve("checkpoints/last.safetensors"));
      assertThat(checkpoint.step()).isEqualTo(20);
      for (Map.Entry<String, Tensor> entry : checkpoint.tensors().entrySet()) {
        hashes.put(entry.getKey(), Arrays.hashCode(entry.getValue().toBytes()));
      }
    }
    return hashes;
  }
}
