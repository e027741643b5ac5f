package io.diptych.golden;

import io.diptych.optim.OptimizerGoldens;

/** The cases of {@code selfcon.md}. */
final class SelfConGoldens {
  private SelfConGoldens() {}

  static GoldenKinds kinds() {
    return GoldenKinds.of("selfcon")
        .on("optimizer", OptimizerGoldens::ofSelfCon)
        .notYet(
            "backbones and weights: issue 4",
            "state_keys",
            "model_forward",
            "parameter_counts",
            "checkpoint_import")
        .notYet("evaluation protocols: issue 7", "linear_evaluation", "metrics")
        .notYet("exactness of images: issue 5", "eval_preprocessing")
        .notYet("schedules: issue 6", "schedule");
  }
}
