package io.diptych.golden;

import io.diptych.optim.OptimizerGoldens;

/** The cases of {@code corinfomax.md}. */
final class CorInfoMaxGoldens {
  private CorInfoMaxGoldens() {}

  static GoldenKinds kinds() {
    return GoldenKinds.of("corinfomax")
        .on("optimizer", OptimizerGoldens::ofCorInfoMax)
        .notYet("exactness of images: issue 5", "augmentation", "crop", "eval")
        .notYet("data sets: issue 5", "imagenet", "tiny")
        .notYet("backbones and weights: issue 4", "encoder", "state", "detectron2")
        .notYet("evaluation protocols: issue 7", "linear", "metrics")
        .notYet("schedules: issue 6", "schedule");
  }
}
