package io.diptych.golden;

import io.diptych.evaluate.EvaluationGoldens;
import io.diptych.objective.NormalizedMseGoldens;
import io.diptych.objective.NtXentGoldens;

/** The cases of {@code insdis-simclr-byol.md}. */
final class InsDisGoldens {
  private InsDisGoldens() {}

  static GoldenKinds kinds() {
    return GoldenKinds.of("insdis-simclr-byol")
        .on("simclr-loss", NtXentGoldens::ofTheStandardAndTheOneDirectionalForm)
        .on("byol-loss", NormalizedMseGoldens::ofBothDirectionsOfAPair)
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
