package io.diptych.optim;

import io.diptych.option.Option;
import org.jspecify.annotations.Nullable;

/** A rate that falls by one factor with each epoch: base·γ^e. */
final class ExponentialSchedule {
  private ExponentialSchedule() {}

  /**
   * The options.
   *
   * @param gamma γ; null for the one that reaches {@code finalLr}
   * @param finalLr rate after the last epoch, as a part of the base
   * @param every how often the rate changes
   * @param warmupEpochs epochs of warm-up, in place of the beginning
   * @param warmup how it goes
   * @param scaleLr whether the base grows with the batch
   */
  public record Settings(
      @Option(
              value = "null",
              range = "(0, inf)",
              doc = "factor of each epoch; null for the one that ends at final_lr")
          @Nullable Double gamma,
      @Option(
              value = "0.0001",
              range = "(0, 1]",
              doc = "learning rate after the last epoch, as a part of the base rate; without gamma")
          double finalLr,
      @Option(value = "epoch", doc = "whether the rate falls with each step or each epoch")
          Every every,
      @Option(value = Warmup.NONE, range = Warmup.NOT_NEGATIVE, doc = Warmup.EPOCHS_DOC)
          double warmupEpochs,
      @Option(value = Warmup.DEFAULTS, doc = Warmup.DOC) Warmup warmup,
      @Option(value = "false", doc = Course.SCALE_DOC) boolean scaleLr)
      implements ScheduleSettings {
    @Override
    public Schedule create(double lr, int batchSize, long stepsPerEpoch, long steps) {
      Course course = Course.of(lr, scaleLr, batchSize, stepsPerEpoch, steps);
      double factor = gamma != null ? gamma : Math.pow(finalLr, 1 / course.epochs());
      return warmup.before(
          step ->
              course.base()
                  * Math.pow(factor, (double) every.start(step, stepsPerEpoch) / stepsPerEpoch),
          warmupEpochs,
          course);
    }
  }
}
