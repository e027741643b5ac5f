package io.diptych.optim;

import io.diptych.option.Option;
import io.diptych.option.Options;

/**
 * A warm-up followed by half a cosine (Loshchilov and Hutter, "SGDR", ICLR 2017, without restarts).
 * With W of T steps in the warm-up, step t after it has final + (base − final)·(1 + cos(π·(t −
 * W)/(T − W)))/2. The options give the forms of the published programs.
 */
public final class CosineSchedule implements Schedule {
  /** What the half cosine is laid over. */
  public enum Spans {
    /** What the warm-up leaves of the run. */
    REST,
    /** The whole run; the warm-up hides its beginning. */
    RUN
  }

  /** Where in a step or epoch the curve is read. */
  public enum Point {
    /** At its start: the first has the base rate. */
    START,
    /** At its end: the last has the final rate. */
    END
  }

  /**
   * The shape of the curve.
   *
   * @param warmupEpochs W in epochs
   * @param finalLr where the cosine ends, as a part of the base
   * @param scaleLr whether the base grows with the batch
   * @param warmup how the warm-up goes
   * @param spans what the cosine is laid over
   * @param every how often the rate changes
   * @param point where in a step or epoch the curve is read
   * @param aheadEpochs by how much warm-up and curve are ahead of the run
   */
  public record Settings(
      @Option(value = Warmup.NONE, range = Warmup.NOT_NEGATIVE, doc = Warmup.EPOCHS_DOC)
          double warmupEpochs,
      @Option(
              value = "0",
              range = "[0, 1]",
              doc = "learning rate at the end, as a part of the base rate")
          double finalLr,
      @Option(value = "false", doc = Course.SCALE_DOC) boolean scaleLr,
      @Option(value = Warmup.DEFAULTS, doc = Warmup.DOC) Warmup warmup,
      @Option(
              value = "rest",
              doc =
                  "what the cosine is laid over: the rest after the warm-up, or the run, whose"
                      + " beginning the warm-up hides")
          Spans spans,
      @Option(value = "step", doc = "whether the rate falls with each step or each epoch")
          Every every,
      @Option(
              value = "start",
              doc =
                  "where in a step or epoch the curve is read: at its start, or at its end, so that"
                      + " the last one has the final rate")
          Point point,
      @Option(
              value = "0",
              range = "[0, inf)",
              doc =
                  "epochs by which warm-up and curve are ahead of the run; 1 in the program of"
                      + " Mixed Barlow Twins for small images, whose rate rises again in the last"
                      + " epoch")
          double aheadEpochs)
      implements ScheduleSettings {
    @Override
    public Schedule create(double lr, int batchSize, long stepsPerEpoch, long steps) {
      return new CosineSchedule(this, lr, batchSize, stepsPerEpoch, steps);
    }
  }

  private final Settings settings;
  private final Course course;
  private final Schedule schedule;
  private final long ahead;

  /**
   * Creates the schedule.
   *
   * @param settings the shape
   * @param lr the base rate
   * @param batchSize samples of one step
   * @param stepsPerEpoch steps of one epoch
   * @param steps steps of the whole run
   */
  public CosineSchedule(
      Settings settings, double lr, int batchSize, long stepsPerEpoch, long steps) {
    this.settings = Options.check(settings);
    this.course = Course.of(lr, settings.scaleLr(), batchSize, stepsPerEpoch, steps);
    this.schedule = settings.warmup().before(this::curve, settings.warmupEpochs(), course);
    this.ahead = course.steps(settings.aheadEpochs());
  }

  @Override
  public double at(long step) {
    return schedule.at(step + ahead);
  }

  private double curve(long step) {
    long hidden = settings.spans() == Spans.REST ? course.steps(settings.warmupEpochs()) : 0;
    long length = course.steps() - hidden;
    if (length <= 0) {
      return course.base(); // The whole run is warm-up.
    }
    long position = settings.every().start(step, course.perEpoch()) - hidden;
    if (settings.point() == Point.END) {
      position += settings.every().steps(course.perEpoch());
    }
    return CosineRamp.at(
        course.base(), course.base() * settings.finalLr(), (double) position / length);
  }
}
