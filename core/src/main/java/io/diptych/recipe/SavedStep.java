package io.diptych.recipe;

import io.diptych.data.DataException;
import io.diptych.method.Method;
import io.diptych.method.MethodContext;
import io.diptych.option.Yaml;
import io.diptych.tensor.Device;
import io.diptych.tensor.Scope;
import io.diptych.train.Checkpoint;
import io.diptych.train.Replay;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A step that went wrong, as a run left it under {@code replay/}, with its recipe. */
public final class SavedStep {
  private static final String FAILURE = "failure";

  private final Recipe recipe;
  private final Checkpoint bundle;

  private SavedStep(Recipe recipe, Checkpoint bundle) {
    this.recipe = recipe;
    this.bundle = bundle;
  }

  /**
   * Reads a step.
   *
   * @param overrides assignments laid over its recipe, such as {@code train.precision=float32}
   * @throws DataException if the file holds none
   * @throws IOException if it cannot be read
   */
  public static SavedStep open(Path file, List<String> overrides) throws IOException {
    Checkpoint bundle = Checkpoint.read(file);
    if (!bundle.metadata().containsKey(FAILURE)) {
      throw new DataException(
          file + ": is a checkpoint, but no step that went wrong; those are under replay/");
    }
    byte[] text = bundle.text(Pretraining.RECIPE).getBytes(StandardCharsets.UTF_8);
    Recipe recipe = Recipe.FORMAT.bind(Yaml.read(text, file + " (recipe)"), overrides);
    bundle.tensors().values().forEach(Scope::keep);
    return new SavedStep(recipe, bundle);
  }

  /** Returns the recipe. */
  public Recipe recipe() {
    return recipe;
  }

  /** Makes the step once more. */
  public Replay replay() {
    Device device = Pretraining.device(recipe);
    MethodContext context =
        new MethodContext(
            number(Pretraining.IMAGES), number(Pretraining.CLASS_COUNT), recipe.seed());
    Method method = Pretraining.method(recipe, context, number(Pretraining.CHANNELS), device);
    return Replay.of(bundle, method, recipe.train(), device);
  }

  private int number(String key) {
    return Integer.parseInt(bundle.text(key));
  }
}
