package io.diptych.optim;

import io.diptych.option.Option;
import org.jspecify.annotations.Nullable;

/**
 * A rate that goes up and down in straight lines (Smith, "Cyclical Learning Rates for Training
 * Neural Networks", WACV 2017), between a low one and the base, or half as high in each cycle as in
 * the one before; the momentum may go the other way.
 */
final class TriangularSchedule implements Schedule {
  /**
   * The options.
   *
   * @param upEpochs epochs of rise
   * @param downEpochs epochs of fall
   * @param lowLr where a cycle begins and ends, as a part of the base
   * @param halve whether each cycle is half as high as the one before
   * @param lowMomentum momentum where the rate of the first cycle is highest; null keeps it
   * @param every how often the rate changes
   * @param scaleLr whether the base grows with the batch
   */
  public record Settings(
      @Option(value = "10", range = "(0, inf)", doc = "epochs in which the rate rises")
          double upEpochs,
      @Option(value = "10", range = "(0, inf)", doc = "epochs in which it falls again")
          double downEpochs,
      @Option(
              value = "0",
              range = "[0, 1]",
              doc = "learning rate where a cycle begins and ends, as a part of the base rate")
          double lowLr,
      @Option(value = "true", doc = "whether each cycle is half as high as the one before")
          boolean halve,
      @Option(
              value = "null",
              range = "[0, 1)",
              doc =
                  "momentum where the rate is highest in the first cycle; null does not change it")
          @Nullable Double lowMomentum,
      @Option(value = "epoch", doc = "whether the rate changes with each step or each epoch")
          Every every,
      @Option(value = "false", doc = Course.SCALE_DOC) boolean scaleLr)
      implements ScheduleSettings {
    @Override
    public Schedule create(double lr, int batchSize, long stepsPerEpoch, long steps) {
      return new TriangularSchedule(this, Course.of(lr, scaleLr, batchSize, stepsPerEpoch, steps));
    }
  }

  private final Settings settings;
  private final Course course;

  private TriangularSchedule(Settings settings, Course course) {
    this.settings = settings;
    this.course = course;
  }

  @Override
  public double at(long step) {
    double low = course.base() * settings.lowLr();
    return low + (course.base() - low) * height(step);
  }

  @Override
  public double momentum(long step, double base) {
    Double low = settings.lowMomentum();
    return low == null ? base : base - (base - low) * height(step);
  }

  /** Returns how far up the step is, from 0 to 1. */
  private double height(long step) {
    double epoch = (double) settings.every().start(step, course.perEpoch()) / course.perEpoch();
    double length = settings.upEpochs() + settings.downEpochs();
    double cycle = Math.floor(epoch / length);
    double position = epoch - cycle * length;
    double height =
        position <= settings.upEpochs()
            ? position / settings.upEpochs()
            : (length - position) / settings.downEpochs();
    return settings.halve() ? height * Math.pow(0.5, cycle) : height;
  }
}
