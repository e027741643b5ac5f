package io.diptych.optim;

import io.diptych.option.Choice;
import io.diptych.option.Family;
import io.diptych.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** The optimisers and schedules that a recipe can name. */
public final class Optimizers {
  /** The options of each optimiser by its name. */
  public static final Family FAMILY =
      Family.named("optimizer")
          .with("sgd", Sgd.Settings.class)
          .with("adam", Adam.Settings.class)
          .with("adamw", AdamW.Settings.class)
          .with("lars", Lars.Settings.class);

  /** The options of each schedule by its name. */
  public static final Family SCHEDULES =
      Family.named("schedule")
          .with("cosine", CosineSchedule.Settings.class)
          .with("two_stage_cosine", TwoStageCosineSchedule.Settings.class)
          .with("cosine_restarts", CosineRestartsSchedule.Settings.class)
          .with("constant", ConstantSchedule.Settings.class)
          .with("step", StepSchedule.Settings.class)
          .with("multi_step", MultiStepSchedule.Settings.class)
          .with("exponential", ExponentialSchedule.Settings.class)
          .with("triangular", TriangularSchedule.Settings.class)
          .with("plateau", PlateauSchedule.Settings.class);

  private Optimizers() {}

  /**
   * Creates an optimiser.
   *
   * @param choice a member of {@link #FAMILY}
   * @param parameters what it changes, by name
   */
  public static Optimizer create(Choice choice, Map<String, Tensor> parameters) {
    return settings(choice).create(parameters);
  }

  /**
   * Creates an optimiser whose rates differ between groups of parameters.
   *
   * @param choice a member of {@link #FAMILY}
   * @param parameters what it changes, by name
   * @param groups each parameter belongs to the first it matches; the rates of the others count as
   *     they are
   * @throws io.diptych.option.OptionException if a group matches nothing
   */
  public static Optimizer create(
      Choice choice, Map<String, Tensor> parameters, List<ParameterGroup> groups) {
    return groups.isEmpty()
        ? create(choice, parameters)
        : new GroupedOptimizer(groups, parameters, some -> create(choice, some));
  }

  /** Returns the options of a chosen optimiser. */
  public static OptimizerSettings settings(Choice choice) {
    if (choice.options() instanceof OptimizerSettings settings) {
      return settings;
    }
    throw new IllegalArgumentException("unknown optimizer '" + choice.name() + "'");
  }

  /**
   * Creates a schedule.
   *
   * @param choice a member of {@link #SCHEDULES}
   * @param lr the base rate
   * @param batchSize samples of one step
   * @param stepsPerEpoch steps of one epoch
   * @param steps steps of the whole run
   */
  public static Schedule schedule(
      Choice choice, double lr, int batchSize, long stepsPerEpoch, long steps) {
    if (choice.options() instanceof ScheduleSettings settings) {
      return settings.create(lr, batchSize, stepsPerEpoch, steps);
    }
    throw new IllegalArgumentException("unknown schedule '" + choice.name() + "'");
  }
}
