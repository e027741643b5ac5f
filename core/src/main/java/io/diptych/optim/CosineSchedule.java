package io.diptych.optim;

import io.diptych.option.Option;
import io.diptych.option.Options;

/**
 * A linear warm-up followed by half a cosine (Loshchilov and Hutter, "SGDR", ICLR 2017, without
 * restarts). In the warm-up of W steps, step t has base·(t + 1)/W; afterwards, of T steps in all,
 * final + (base − final)·(1 + cos(π·(t − W)/(T − W)))/2.
 */
public final class CosineSchedule implements Schedule {
  /**
   * The shape of the curve.
   *
   * @param warmupEpochs W in epochs
   * @param finalLr where the cosine ends, as a part of the base
   * @param scaleLr whether the base grows with the batch
   */
  public record Settings(
      @Option(
              value = "0",
              range = "[0, inf)",
              doc = "epochs of linear warm-up; fractions are allowed")
          double warmupEpochs,
      @Option(
              value = "0",
              range = "[0, 1]",
              doc = "learning rate at the end, as a part of the base rate")
          double finalLr,
      @Option(
              value = "false",
              doc = "multiply the learning rate by batch_size / 256 (Goyal et al., 2017)")
          boolean scaleLr) {}

  private final double base;
  private final double last;
  private final long warmup;
  private final long steps;

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
    Options.check(settings);
    this.base = settings.scaleLr() ? lr * batchSize / 256 : lr;
    this.last = base * settings.finalLr();
    this.warmup = Math.min(steps, Math.round(settings.warmupEpochs() * stepsPerEpoch));
    this.steps = steps;
  }

  @Override
  public double at(long step) {
    if (step < warmup) {
      return base * (step + 1) / warmup;
    }
    double progress = Math.min(1, (double) (step - warmup) / Math.max(1, steps - warmup));
    return CosineRamp.at(base, last, progress);
  }
}
