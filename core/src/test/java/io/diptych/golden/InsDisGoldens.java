package io.diptych.golden;

import io.diptych.evaluate.ClusterGoldens;
import io.diptych.evaluate.EvaluationGoldens;
import io.diptych.evaluate.LinearGoldens;
import io.diptych.method.ByolGoldens;
import io.diptych.method.InstanceDiscriminationGoldens;
import io.diptych.method.NetworkGoldens;
import io.diptych.method.SimClrGoldens;
import io.diptych.objective.NormalizedMseGoldens;
import io.diptych.objective.NtXentGoldens;
import io.diptych.optim.ScheduleGoldens;
import io.diptych.view.ViewGoldens;

/** The cases of {@code insdis-simclr-byol.md}. */
final class InsDisGoldens {
  private InsDisGoldens() {}

  static GoldenKinds kinds() {
    return GoldenKinds.of("insdis-simclr-byol")
        .on("simclr-loss", NtXentGoldens::ofTheStandardAndTheOneDirectionalForm)
        .on("byol-loss", NormalizedMseGoldens::ofBothDirectionsOfAPair)
        .on("byol-ema", ByolGoldens::theMovingAverage)
        .on("byol-momentum-ramp", ByolGoldens::theRampOfTheMomentum)
        .on("byol-train-loop", ByolGoldens::theStepsOfASmallNetwork)
        .on("byol-resnet18-step", ByolGoldens::theStepsOfAResNet)
        .on("simclr-train-loop", SimClrGoldens::theStepsOfASmallNetwork)
        .on("simclr-resnet18-step", SimClrGoldens::theStepsOfAResNet)
        .on("filler", SplitMixFillGoldens::check)
        .on("insdis-bank-loss", InstanceDiscriminationGoldens::lossesOverABank)
        .on("memory-bank-update", InstanceDiscriminationGoldens::updatesOfTheBank)
        .on("insdis-train-loop", InstanceDiscriminationGoldens::theStepsOfASmallNetwork)
        .on("invp-loss", InstanceDiscriminationGoldens::propagatedInvariance)
        .on("invp-loss-easypos", InstanceDiscriminationGoldens::propagatedInvariance)
        .on("invp-mix-loss", InstanceDiscriminationGoldens::mixedImages)
        .on("invp-propagate-single", InstanceDiscriminationGoldens::setsOfReachedImages)
        .on("ramp-up", InstanceDiscriminationGoldens::rampsOfAWeight)
        .on("knn", EvaluationGoldens::votesOfAMemoryBank)
        .on("accuracy-topk", EvaluationGoldens::accuracyAmongTheFirstFew)
        .on("mean-per-class-accuracy", EvaluationGoldens::accuracyOfEachClass)
        .on("model-state-dict", NetworkGoldens::names)
        .on("model-forward", NetworkGoldens::values)
        .on("augmentation", ViewGoldens::operationsOfTheContrastiveViews)
        .on("lr-pretrain", ScheduleGoldens::ofInstanceDiscrimination)
        .on("lr-linear-eval", ScheduleGoldens::ofLinearEvaluation)
        .on("lr-fine-tune", ScheduleGoldens::ofFineTuning)
        .on("lr-voc", ScheduleGoldens::ofVoc)
        .on("linear-eval-epoch", LinearGoldens::oneEpoch)
        .on("voc-average-precision", ClusterGoldens::averagePrecision)
        .on("voc-bce-loss", ClusterGoldens::multiLabelLoss);
  }
}
