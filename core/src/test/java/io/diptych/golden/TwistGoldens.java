package io.diptych.golden;

import io.diptych.backbone.TwistBackboneGoldens;
import io.diptych.evaluate.ClusterGoldens;
import io.diptych.evaluate.FineTuneGoldens;
import io.diptych.evaluate.LinearGoldens;
import io.diptych.method.TwistMethodGoldens;
import io.diptych.method.TwistNetworkGoldens;
import io.diptych.nn.DropPathGoldens;
import io.diptych.objective.SelfLabelsGoldens;
import io.diptych.objective.TwinClassesGoldens;
import io.diptych.objective.TwinClassesOnRanksGoldens;
import io.diptych.optim.OptimizerGoldens;
import io.diptych.view.ViewGoldens;
import io.diptych.weights.WeightsGoldens;

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
        .on("checkpoint", WeightsGoldens::twistCheckpoints)
        .on("detectron", WeightsGoldens::detectronFiles)
        .on("lars", OptimizerGoldens::larsOfTwist)
        .on("backbone", TwistBackboneGoldens::ofFullSize)
        .on("param", TwistBackboneGoldens::sizes)
        .on("pos", TwistBackboneGoldens::positions)
        .on("vit", TwistBackboneGoldens::ofSmallTransformers)
        .on("drop", DropPathGoldens::ratesAndOutput)
        .on("state", TwistNetworkGoldens::names)
        .on("model", TwistNetworkGoldens::viewsOfSeveralSizes)
        .on("train", TwistNetworkGoldens::training)
        .on("aug", ViewGoldens::operationsOfMultiCrop)
        .on("cluster", ClusterGoldens::unsupervisedClassification)
        .on("topk", LinearGoldens::percent)
        .on("finetune", FineTuneGoldens::twoRates)
        .on("linear", FineTuneGoldens::twoRates);
  }
}
