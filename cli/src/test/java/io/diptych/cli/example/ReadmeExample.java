package io.diptych.cli.example;

import io.diptych.backbone.Backbone;
import io.diptych.data.Dataset;
import io.diptych.data.Datasets;
import io.diptych.evaluate.Features;
import io.diptych.option.Yaml;
import io.diptych.recipe.Pretraining;
import io.diptych.recipe.Recipe;
import io.diptych.recipe.RunDirectory;
import io.diptych.recipe.SavedEncoder;
import io.diptych.tensor.Device;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import io.diptych.train.MetricSink;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The example of the README, which a test compares with it and runs. */
public final class ReadmeExample {
  private ReadmeExample() {}

  /** Pretrains by a recipe, then computes features. */
  public static float[] pretrainAndEmbed(Path recipeFile, Path directory, MetricSink sink)
      throws Exception {
    // README
    Recipe recipe =
        Recipe.FORMAT.bind(
            Yaml.read(Files.readAllBytes(recipeFile), "recipe.yaml"), List.of("train.epochs=1"));
    RunDirectory run = new RunDirectory(directory);
    try (Pretraining pretraining = Pretraining.prepare(recipe, report -> {})) {
      pretraining.start(run, false, sink, () -> false);
    }

    SavedEncoder saved = SavedEncoder.open(run.path(), List.of());
    Backbone encoder = saved.trained(1, Device.CPU); // images with one channel
    try (Dataset data = Datasets.open(recipe.data());
        Scope scope = Scope.open()) { // frees every tensor made inside
      Tensor features =
          Features.of(saved.normalize(), Device.CPU, 256).encode(encoder, data.train());
      return features.toFloatArray(); // [images, encoder.width()], row by row
    }
    // README
  }
}
