package io.diptych.golden;

import io.diptych.evaluate.EvaluationGoldens;
import io.diptych.method.ByolGoldens;
import io.diptych.objective.NormalizedMseGoldens;
import io.diptych.objective.NtXentGoldens;

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
        .on("knn", EvaluationGoldens::votesOfAMemoryBank)
        .on("accuracy-topk", EvaluationGoldens::accuracyAmongTheFirstFew)
        .on("mean-per-class-accuracy", EvaluationGoldens::accuracyOfEachClass)
        .notYet(
            "evaluation protocols: issue 7",
            "linear-eval-epoch",
            "lr-linear-eval",
            "lr-fine-tune",
            "lr-voc",
            "voc-average-precision",
            "voc-bce-loss")
        .notYet("exactness of images: issue 5", "augmentation")
        .notYet("backbones: issue 4", "model-forward", "model-state-dict")
        .notYet("schedules: issue 6", "lr-pretrain");
  }
}
