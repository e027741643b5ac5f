package io.diptych.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.diptych.option.Yaml;
import io.diptych.recipe.Pretraining;
import io.diptych.recipe.Recipe;
import io.diptych.recipe.RunDirectory;
import io.diptych.recipe.SavedEncoder;
import io.diptych.tensor.Device;
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
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks of every family that takes tiny images, from a recipe to a loaded encoder. */
final class BackboneRunsTest {
  private static final int WHOLE = Integer.MAX_VALUE;

  @TempDir private Path dir;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{name: resnet, depth: 10, width: 4, stem: stl, dropout: 0.1}",
        "{name: pre-resnet, width: 4}",
        "{name: wide-resnet, depth: 10, widen: 1, form: selfcon, dropout: 0.3}",
        "{name: efficientnet, features: 16}",
        "{name: shufflenet, width: 0.5}",
        "{name: alexnet, stem: cifar}",
        "{name: vit, width: 16, heads: 2, depth: 2, patch: 4, image_size: 12, drop_path: 0.3}"
      })
  void aRunThatWasInterruptedEndsAsIfItWasNotAndItsEncoderLoads(String backbone) throws Exception {
    Path data = Diptych.tinyData(dir.resolve("data"), 100, 20);
    Path file = Diptych.tinyRecipe(dir.resolve("tiny.yaml"), data);
    String text = Files.readString(file).replaceFirst("backbone: .*", "backbone: " + backbone);
    Recipe recipe =
        Recipe.FORMAT.bind(
            Yaml.read(text.getBytes(StandardCharsets.UTF_8), "tiny"), List.of("train.epochs=2"));
    assertThat(run(recipe, "whole", false, WHOLE)).isEqualTo(Trainer.Outcome.COMPLETED);
    assertThat(run(recipe, "parts", false, 4)).isEqualTo(Trainer.Outcome.INTERRUPTED);
    assertThat(run(recipe, "parts", true, WHOLE)).isEqualTo(Trainer.Outcome.COMPLETED);
    assertThat(tensors("parts")).isEqualTo(tensors("whole"));
    try (Scope scope = Scope.open()) {
      SavedEncoder saved = SavedEncoder.open(dir.resolve("parts"), List.of());
      Tensor features = saved.trained(1, Device.CPU).forward(Tensor.zeros(2, 1, 12, 12));
      assertThat(features.isFinite().all().item()).isEqualTo(1);
    }
  }

  private Trainer.Outcome run(Recipe recipe, String out, boolean resume, int steps)
      throws IOException {
    AtomicInteger made = new AtomicInteger();
    try (Scope scope = Scope.open();
        Pretraining run = Pretraining.prepare(recipe, report -> {})) {
      return run.start(
          new RunDirectory(dir.resolve(out)),
          resume,
          MetricSink.all(),
          () -> made.incrementAndGet() == steps);
    }
  }

  private Map<String, Integer> tensors(String run) throws IOException {
    Map<String, Integer> hashes = new TreeMap<>();
    try (Scope scope = Scope.open()) {
      Path file = dir.resolve(run).resolve("checkpoints/last.safetensors");
      Checkpoint.read(file)
          .tensors()
          .forEach(
              (name, tensor) -> {
                if (!name.equals("generator.cpu")) {
                  hashes.put(name, Arrays.hashCode(tensor.toBytes()));
                }
              });
    }
    return hashes;
  }
}
