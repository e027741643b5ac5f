package io.diptych.golden;

import io.diptych.optim.OptimizerGoldens;

/** The cases of {@code twist.md}. */
final class TwistGoldens {
  private TwistGoldens() {}

  static GoldenKinds kinds() {
    return GoldenKinds.of("twist")
        .on("adamw", OptimizerGoldens::adamWOfTwist)
        .on("lars", OptimizerGoldens::larsOfTwist)
        .notYet("exactness of images: issue 5", "aug")
        .notYet(
            "backbones and weights: issue 4",
            "backbone",
            "checkpoint",
            "detectron2",
            "drop",
            "param",
            "pos",
            "state",
            "vit")
        .notYet("evaluation protocols: issue 7", "cluster", "topk", "finetune", "linear");
  }
}
