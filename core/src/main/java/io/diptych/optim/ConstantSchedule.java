package io.diptych.optim;

import io.diptych.option.Option;

/** One rate for the whole run, after a warm-up if one is asked for. */
final class ConstantSchedule {
  private ConstantSchedule() {}

  /**
   * The options.
   *
   * @param warmupEpochs epochs of warm-up
   * @param warmup how it goes
   * @param scaleLr whether the base grows with the batch
   */
  public record Settings(
      @Option(value = Warmup.NONE, range = Warmup.NOT_NEGATIVE, doc = Warmup.EPOCHS_DOC)
          double warmupEpochs,
      @Option(value = Warmup.DEFAULTS, doc = Warmup.DOC) Warmup warmup,
      @Option(value = "false", doc = Course.SCALE_DOC) boolean scaleLr)
      implements ScheduleSettings {
    @Override
    public Schedule create(double lr, int batchSize, long stepsPerEpoch, long steps) {
      Course course = Course.of(lr, scaleLr, batchSize, stepsPerEpoch, steps);
      return warmup.before(step -> course.base(), warmupEpochs, course);
    }
  }
}
