package io.diptych.optim;

import io.diptych.option.Option;

/** A rate that falls by a factor in even distances: base·γ^⌊t/size⌋. */
final class StepSchedule {
  private StepSchedule() {}

  /**
   * The options.
   *
   * @param sizeEpochs epochs between two falls
   * @param gamma γ
   * @param warmupEpochs epochs of warm-up, in place of the beginning
   * @param warmup how it goes
   * @param scaleLr whether the base grows with the batch
   */
  public record Settings(
      @Option(value = "30", range = "(0, inf)", doc = "epochs between two falls of the rate")
          double sizeEpochs,
      @Option(value = "0.1", range = "(0, inf)", doc = "factor of each fall") double gamma,
      @Option(value = Warmup.NONE, range = Warmup.NOT_NEGATIVE, doc = Warmup.EPOCHS_DOC)
          double warmupEpochs,
      @Option(value = Warmup.DEFAULTS, doc = Warmup.DOC) Warmup warmup,
      @Option(value = "false", doc = Course.SCALE_DOC) boolean scaleLr)
      implements ScheduleSettings {
    @Override
    public Schedule create(double lr, int batchSize, long stepsPerEpoch, long steps) {
      Course course = Course.of(lr, scaleLr, batchSize, stepsPerEpoch, steps);
      long size = Math.max(1, course.steps(sizeEpochs));
      return warmup.before(step -> rate(course, step / size), warmupEpochs, course);
    }

    private double rate(Course course, long falls) {
      return course.base() * Math.pow(gamma, (double) falls);
    }
  }
}
