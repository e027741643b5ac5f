package io.diptych.golden;

import io.diptych.method.TwistMethodGoldens;
import io.diptych.objective.SelfLabelsGoldens;
import io.diptych.objective.TwinClassesGoldens;
import io.diptych.objective.TwinClassesOnRanksGoldens;
import io.diptych.optim.OptimizerGoldens;
import io.diptych.view.ViewGoldens;

/** The cases of {@code twist.md}. */
final class TwistGoldens {
  private TwistGoldens() {}

  static GoldenKinds kinds() {
    return GoldenKinds.of("twist")
        .on("term", TwinClassesGoldens::ofEachTerm)
        .on("entloss", TwinClassesGoldens::ofAPair)
        .on("multicrop", TwinClassesGoldens::ofSeveralCrops)
        .on("dist", TwinClassesOnRanksGoldens::ofTheGlobalBatch)
        .on("selflabel", SelfLabelsGoldens::ofABatch)
        .on("confidence", SelfLabelsGoldens::ofConfidentSamples)
        .on("bn", TwistMethodGoldens::ofTheLastNormAndTheLoss)
        .on("head", TwistMethodGoldens::ofTheHead)
        .on("schedule", TwistMethodGoldens::ofTheSchedules)
        .on("cli", TwistMethodGoldens::ofTheDefaults)
        .on("adamw", OptimizerGoldens::adamWOfTwist)
        .on("lars", OptimizerGoldens::larsOfTwist)
        .on("aug", ViewGoldens::operationsOfMultiCrop)
        .notYet(
            "backbones and weights: issue 4",
            "backbone",
            "checkpoint",
            "detectron",
            "drop",
            "model",
            "param",
            "pos",
            "state",
            "train",
            "vit")
        .notYet("evaluation protocols: issue 7", "cluster", "topk", "finetune", "linear");
  }
}
