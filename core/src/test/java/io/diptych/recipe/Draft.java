package io.diptych.recipe;

import io.diptych.option.Choice;
import io.diptych.option.Families;
import io.diptych.option.Family;
import io.diptych.option.Option;
import io.diptych.option.OptionException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A small recipe. */
record Draft(
    @Option(value = "unnamed", doc = "name of the run", affectsResult = false) String name,
    @Option(value = "0", doc = "seed of everything random") long seed,
    @Option(value = "null", doc = "folder of the data") @Nullable String path,
    @Option(value = "[]", doc = "groups of views") List<Views> views,
    @Option(family = "method", doc = "what is learnt") Choice method,
    @Option(value = "{}", doc = "training") Train train) {

  static final RecipeFormat<Draft> FORMAT =
      new RecipeFormat<>(
          Draft.class,
          Families.of(
              Family.named("method").with("simclr", SimClr.class).with("byol", Byol.class),
              Family.named("view").with("flip", Flip.class).with("crop", Crop.class)),
          Draft::validate);

  private void validate() {
    if (method.name().equals("byol") && train.batchSize() % 2 == 1) {
      throw new OptionException(
          "train.batch_size", "must be even for byol, was " + train.batchSize());
    }
  }

  record Views(
      @Option(value = "1", range = "[1, inf)", doc = "views of each image") int count,
      @Option(family = "view", doc = "what is done to them") List<Choice> pipeline) {}

  record SimClr(
      @Option(value = "0.5", range = "(0, inf)", doc = "softmax temperature") double temperature,
      @Option(value = "{}", doc = "projection head") Projector projector) {}

  record Projector(@Option(value = "2", doc = "linear layers") int layers) {}

  record Byol(@Option(value = "0.99", range = "[0, 1]", doc = "share kept") double momentum) {}

  record Flip(@Option(value = "0.5", range = "[0, 1]", doc = "chance") double probability) {}

  record Crop(
      @Option(doc = "side in pixels", range = "[1, inf)") int size,
      @Option(value = "[0.2, 1.0]", range = "(0, 1]", doc = "area kept") List<Double> scale) {}

  record Train(
      @Option(value = "256", range = "[1, inf)", doc = "images a step") int batchSize,
      @Option(value = "10", doc = "steps between log lines", affectsResult = false) int logEvery) {}
}
