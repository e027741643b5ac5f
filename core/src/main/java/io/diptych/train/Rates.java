package io.diptych.train;

import io.diptych.method.Step;
import io.diptych.optim.CosineRamp;
import io.diptych.optim.Optimizer;
import io.diptych.optim.Schedule;
import org.jspecify.annotations.Nullable;

/** The learning rate, weight decay and momentum of each step. */
record Rates(
    Schedule schedule,
    Optimizer optimizer,
    @Nullable Double weightDecayEnd,
    @Nullable Double momentumEnd) {
  /** Makes the optimiser's step. */
  void apply(Step step) {
    optimizer.step(learningRate(step), weightDecay(step), momentum(step));
  }

  double learningRate(Step step) {
    return schedule.at(step.number());
  }

  double weightDecay(Step step) {
    return ramp(optimizer.weightDecay(), weightDecayEnd, step);
  }

  double momentum(Step step) {
    return schedule.momentum(step.number(), ramp(optimizer.momentum(), momentumEnd, step));
  }

  private static double ramp(double from, @Nullable Double to, Step step) {
    return to == null ? from : CosineRamp.at(from, to, (double) step.number() / step.total());
  }
}
