package io.diptych.golden;

import io.diptych.data.TransferGoldens;
import io.diptych.evaluate.EvaluationGoldens;
import io.diptych.evaluate.FineTuneGoldens;
import io.diptych.evaluate.LinearGoldens;
import io.diptych.method.BarlowTwinsGoldens;
import io.diptych.method.ByolGoldens;
import io.diptych.method.MixBtNetworkGoldens;
import io.diptych.objective.CrossCorrelationGoldens;
import io.diptych.objective.NormalizedMseGoldens;
import io.diptych.objective.NtXentGoldens;
import io.diptych.objective.WhiteningGoldens;
import io.diptych.optim.OptimizerGoldens;
import io.diptych.optim.ScheduleGoldens;
import io.diptych.view.ViewGoldens;
import io.diptych.weights.WeightsGoldens;

/** The cases of {@code mixed-barlow-twins.md}. */
final class MixedBarlowTwinsGoldens {
  private MixedBarlowTwinsGoldens() {}

  static GoldenKinds kinds() {
    return GoldenKinds.of("mixed-barlow-twins")
        .on("nt_xent", NtXentGoldens::ofTwoViews)
        .on("simclr_multi_view", NtXentGoldens::ofSeveralViewsBehindABatchNorm)
        .on("norm_mse", NormalizedMseGoldens::ofTwoViewsWithAndWithoutNormalisation)
        .on("byol_loss", NormalizedMseGoldens::ofPredictionsAndTargetsOfSeveralViews)
        .on("byol_train", ByolGoldens::theStepsWithAdam)
        .on("byol_tau", ByolGoldens::theMomentumOfEachEpoch)
        .on("whitening", WhiteningGoldens::ofOneSlice)
        .on("whitening_running", WhiteningGoldens::byRunningMoments)
        .on("w_mse", WhiteningGoldens::inTheLossBetweenViews)
        .on("knn_weighted", EvaluationGoldens::weightedVotesOfNeighbours)
        .on("knn_majority", EvaluationGoldens::majorityOfNeighboursByDistance)
        .on("topk_accuracy", EvaluationGoldens::accuracyAmongTheFirstFive)
        .on("bt_loss", CrossCorrelationGoldens::ofTwoViews)
        .on(
            "mixbt_loss",
            golden -> {
              BarlowTwinsGoldens.mixtureOfImages(golden);
              CrossCorrelationGoldens.withMixedRows(golden);
            })
        .on("imagenet_mixbt_loss", CrossCorrelationGoldens::overRanks)
        .on("train_projector", BarlowTwinsGoldens::trainingOfAProjector)
        .on("pth_import", WeightsGoldens::files)
        .on("lars_steps", OptimizerGoldens::larsOfBarlowTwins)
        .on("model_forward", MixBtNetworkGoldens::values)
        .on("model_train_step", MixBtNetworkGoldens::step)
        .on("state_dict", MixBtNetworkGoldens::names)
        .on("sota_state_dict", MixBtNetworkGoldens::namesOfOtherMethods)
        .on("image_ops", ViewGoldens::operationsByName)
        .on("augmix_ops", ViewGoldens::operationsOfAugMix)
        .on("eval_transform", ViewGoldens::evaluationByDataSet)
        .on("numpy_shuffle", TransferGoldens::shuffles)
        .on("transfer_index", TransferGoldens::splits)
        .on("lr_cosine_small", ScheduleGoldens::cosineOfSmallImages)
        .on("lr_step_small", ScheduleGoldens::stepsOfSmallImages)
        .on(
            "imagenet_schedule",
            golden -> {
              ScheduleGoldens.ofImageNet(golden);
              BarlowTwinsGoldens.weightOfTheMixingTerm(golden);
            })
        .on(
            "lr_eval",
            golden -> {
              ScheduleGoldens.ofMixedEvaluation(golden);
              if (golden.parameter("schedule").asString().equals("transfer_multistep")) {
                FineTuneGoldens.transfer(golden);
              }
            })
        .on("sota_lr", ScheduleGoldens::ofWhitening)
        .on("linear_features", LinearGoldens::exponential);
  }
}
