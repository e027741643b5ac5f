package io.diptych.option;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Options of every kind. */
record Sample(
    @Option(value = "0.5", range = "(0, inf)", doc = "softmax temperature") double temperature,
    @Option(value = "200", range = "[1, 1000]", doc = "neighbours") int neighbours,
    @Option(value = "0", doc = "seed of everything random") long seed,
    @Option(value = "false", doc = "Nesterov's momentum") boolean nesterov,
    @Option(value = "sample", doc = "name of the data") String dataName,
    @Option(value = "null", doc = "folder of the data") @Nullable String path,
    @Option(value = "null", range = "[1, inf]", doc = "largest gradient") @Nullable Double clip,
    @Option(value = "batch-norm", doc = "normalisation") Norm norm,
    @Option(value = "[0.2, 1.0]", range = "[0, 1]", doc = "area kept") List<Double> scale,
    @Option(value = "[]", doc = "sizes") List<List<Integer>> sizes,
    @Option(value = "{layers: 3}", doc = "projection head") Projector projector,
    @Option(value = "null", doc = "prediction head") @Nullable Projector predictor,
    @Option(value = "cosine", family = "schedule", doc = "rate over time") Choice schedule,
    @Option(value = "[]", family = "view", doc = "views") List<Choice> views,
    @Option(value = "10", affectsResult = false, doc = "steps between log lines") int logEvery) {

  static final Families FAMILIES =
      Families.of(
          Family.named("schedule").with("cosine", Cosine.class).with("constant", Constant.class),
          Family.named("view")
              .with("flip", Flip.class)
              .with("crop", Crop.class)
              .with("gray", Gray.class));

  enum Norm {
    BATCH_NORM,
    NONE
  }

  record Projector(
      @Option(value = "2", range = "[1, 8]", doc = "linear layers") int layers,
      @Option(value = "512", doc = "width of the hidden layers") int hidden) {}

  record Cosine(
      @Option(value = "0", range = "[0, inf)", doc = "epochs of warm-up") int warmupEpochs,
      @Option(value = "0.0", range = "[0, 1]", doc = "last rate by first rate") double floor) {}

  record Constant() {}

  record Flip(@Option(value = "0.5", range = "[0, 1]", doc = "chance") double probability) {}

  record Crop(
      @Option(range = "[1, inf)", doc = "side in pixels") int size,
      @Option(value = "[0.2, 1.0]", range = "(0, 1]", doc = "area kept") List<Double> scale) {
    Crop {
      if (scale.size() != 2 || scale.get(0) > scale.get(1)) {
        throw new OptionException("scale", "must be [least, most], was " + scale);
      }
    }
  }

  record Gray() {}
}
