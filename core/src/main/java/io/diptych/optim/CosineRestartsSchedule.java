package io.diptych.optim;

import io.diptych.option.Option;
import org.jspecify.annotations.Nullable;

/**
 * Half cosines one after another, each from the base rate to the final one, each longer than the
 * one before by a factor (Loshchilov and Hutter, "SGDR", ICLR 2017, equation 5).
 */
final class CosineRestartsSchedule {
  private CosineRestartsSchedule() {}

  /**
   * The options.
   *
   * @param periodEpochs epochs of the first cosine; null for all
   * @param periodFactor how much longer each is than the one before
   * @param finalLr where each ends, as a part of the base
   * @param every how often the rate changes
   * @param lagSteps steps by which the rate follows the curve
   * @param warmupEpochs epochs of warm-up, in place of the beginning
   * @param warmup how it goes
   * @param scaleLr whether the base grows with the batch
   */
  public record Settings(
      @Option(
              value = "null",
              range = "[1, inf)",
              doc = "epochs of the first cosine; null for all of the run")
          @Nullable Double periodEpochs,
      @Option(
              value = "1",
              range = "[1, inf)",
              doc = "how many times as long each cosine is as the one before")
          double periodFactor,
      @Option(
              value = "0",
              range = "[0, 1]",
              doc = "learning rate at the end of each cosine, as a part of the base rate")
          double finalLr,
      @Option(value = "step", doc = "whether the rate falls with each step or each epoch")
          Every every,
      @Option(
              value = "0",
              range = "[0, inf)",
              doc = "steps by which the rate follows the curve; 1 in the program of W-MSE")
          int lagSteps,
      @Option(value = Warmup.NONE, range = Warmup.NOT_NEGATIVE, doc = Warmup.EPOCHS_DOC)
          double warmupEpochs,
      @Option(value = Warmup.DEFAULTS, doc = Warmup.DOC) Warmup warmup,
      @Option(value = "false", doc = Course.SCALE_DOC) boolean scaleLr)
      implements ScheduleSettings {
    @Override
    public Schedule create(double lr, int batchSize, long stepsPerEpoch, long steps) {
      Course course = Course.of(lr, scaleLr, batchSize, stepsPerEpoch, steps);
      return warmup.before(
          step -> rate(course, Math.max(0, step - lagSteps)), warmupEpochs, course);
    }

    private double rate(Course course, long step) {
      double period = periodEpochs == null ? course.steps() : periodEpochs * course.perEpoch();
      double position = every.start(step, course.perEpoch());
      while (position >= period) {
        position -= period;
        period *= periodFactor;
      }
      return CosineRamp.at(course.base(), course.base() * finalLr, position / period);
    }
  }
}
