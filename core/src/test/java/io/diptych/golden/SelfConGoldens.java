package io.diptych.golden;

import io.diptych.GoldenFill;
import io.diptych.method.ContrastiveMethodGoldens;
import io.diptych.method.ExitNetworkGoldens;
import io.diptych.objective.ContrastiveGoldens;
import io.diptych.optim.OptimizerGoldens;
import io.diptych.view.ViewGoldens;

/** The cases of {@code selfcon.md}. */
final class SelfConGoldens {
  private SelfConGoldens() {}

  static GoldenKinds kinds() {
    return GoldenKinds.of("selfcon")
        .on("optimizer", OptimizerGoldens::ofSelfCon)
        .on("contrastive_loss", ContrastiveGoldens::contrast)
        .on("distillation_loss", ContrastiveGoldens::distillation)
        .on("pretrain_objective", ContrastiveMethodGoldens::pretrainObjective)
        .on("one_stage_objective", ContrastiveMethodGoldens::oneStageObjective)
        .on("fill_generator", GoldenFill::check)
        .on("state_keys", ExitNetworkGoldens::stateKeys)
        .on("model_forward", ExitNetworkGoldens::modelForward)
        .on("train_steps", ExitNetworkGoldens::trainSteps)
        .on("eval_preprocessing", ViewGoldens::evaluationSamples)
        .notYet(
            "backbones other than ResNet: issue 4",
            "state_keys: keys_efficientnet_cifar100_same_T",
            "state_keys: keys_onestage_wrn_16_8_kd",
            "state_keys: keys_vgg13_bn_cifar100_same_FFTF",
            "state_keys: keys_vgg16_bn_cifar100_fc_FTFF",
            "state_keys: keys_vgg16_cifar100_same_TFFF",
            "state_keys: keys_wrn_16_8_cifar100_fc_FT",
            "state_keys: keys_wrn_16_8_cifar100_same_TF",
            "model_forward: forward_efficientnet_cifar100_same_T_32",
            "model_forward: forward_vgg13_bn_cifar100_same_FFTF_32",
            "model_forward: forward_vgg16_cifar100_small_TFFF_32",
            "model_forward: forward_wrn_16_8_cifar100_same_TF_32",
            "train_steps: train_vgg13bn_con",
            "parameter_counts")
        .notYet("weights: issue 4", "checkpoint_import")
        .notYet("command lines of the reference belong to the import of its runs", "options")
        .notYet(
            "evaluation protocols: issue 7",
            "state_keys: keys_linear_classifiers",
            "linear_evaluation",
            "metrics")
        .notYet("schedules: issue 6", "schedule");
  }
}
