package io.diptych.golden;

import io.diptych.method.CorInfoMaxMethodGoldens;
import io.diptych.optim.OptimizerGoldens;
import io.diptych.optim.ScheduleGoldens;

/** The cases of {@code corinfomax.md}. */
final class CorInfoMaxGoldens {
  private CorInfoMaxGoldens() {}

  static GoldenKinds kinds() {
    return GoldenKinds.of("corinfomax")
        .on("optimizer", OptimizerGoldens::ofCorInfoMax)
        .on("loss", CorInfoMaxMethodGoldens::steps)
        .on("variant", CorInfoMaxMethodGoldens::variants)
        .on("multi", CorInfoMaxMethodGoldens::ranks)
        .on("projector", CorInfoMaxMethodGoldens::projector)
        .on("ldmi", CorInfoMaxMethodGoldens::information)
        .on("eigenvalue", CorInfoMaxMethodGoldens::eigenvalues)
        .on("encoder", CorInfoMaxMethodGoldens::network)
        .on("pretrain", CorInfoMaxMethodGoldens::pretraining)
        .on("schedule", ScheduleGoldens::ofCorInfoMax)
        .notYet("exactness of images: issue 5", "augmentation", "crop", "eval")
        .notYet("data sets: issue 5", "imagenet", "tiny")
        .notYet("backbones and weights: issue 4", "state", "detectron")
        .notYet("evaluation protocols: issue 7", "linear", "metrics")
        .notYet("recipes of the reported runs, which its defaults are not: issue 5", "command");
  }
}
