package io.diptych.golden;

import io.diptych.data.TransferGoldens;
import io.diptych.evaluate.FineTuneGoldens;
import io.diptych.evaluate.LinearGoldens;
import io.diptych.method.CorInfoMaxMethodGoldens;
import io.diptych.optim.OptimizerGoldens;
import io.diptych.optim.ScheduleGoldens;
import io.diptych.recipe.reference.ReferenceGoldens;
import io.diptych.view.ViewGoldens;
import io.diptych.weights.WeightsGoldens;

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
        .on("detectron", WeightsGoldens::detectronNames)
        .on("pretrain", CorInfoMaxMethodGoldens::pretraining)
        .on("state", CorInfoMaxMethodGoldens::names)
        .on("augmentation", ViewGoldens::operationsAndViews)
        .on("crop", ViewGoldens::distributionOfCrops)
        .on("eval", ViewGoldens::evaluation)
        .on("imagenet", TransferGoldens::imageNet100)
        .on("tiny", TransferGoldens::tinyImageNet)
        .on(
            "schedule",
            golden -> {
              if (golden.expects("lr_head")) {
                FineTuneGoldens.semiSupervised(golden);
              } else {
                ScheduleGoldens.ofCorInfoMax(golden);
              }
            })
        .on("linear", LinearGoldens::frozenEncoder)
        .on("metrics", LinearGoldens::lossAndHits)
        .on("command", ReferenceGoldens::ofCorInfoMax);
  }
}
