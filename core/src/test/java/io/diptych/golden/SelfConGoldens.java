package io.diptych.golden;

import io.diptych.GoldenFill;
import io.diptych.evaluate.LinearGoldens;
import io.diptych.method.ContrastiveMethodGoldens;
import io.diptych.method.ExitNetworkGoldens;
import io.diptych.objective.ContrastiveGoldens;
import io.diptych.optim.OptimizerGoldens;
import io.diptych.optim.ScheduleGoldens;
import io.diptych.recipe.reference.ReferenceGoldens;
import io.diptych.view.ViewGoldens;
import io.diptych.weights.WeightsGoldens;

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
        .on("checkpoint_import", WeightsGoldens::selfConCheckpoints)
        .on("train_steps", ExitNetworkGoldens::trainSteps)
        .on("parameter_counts", ExitNetworkGoldens::parameterCounts)
        .on("eval_preprocessing", ViewGoldens::evaluationSamples)
        .on("schedule", ScheduleGoldens::ofSelfCon)
        .on("linear_evaluation", LinearGoldens::headAndExit)
        .on("metrics", LinearGoldens::exitsAndEnsemble)
        .on("options", ReferenceGoldens::ofSelfCon);
  }
}
