package io.diptych.optim;

import io.diptych.option.Option;
import io.diptych.option.Options;
import org.jspecify.annotations.Nullable;

/**
 * Two stages, each a linear warm-up from 0 and half a cosine, of rates of their own (Wang et al.,
 * arXiv 2110.07402, for methods that change their loss on the way). With W, M, S and T the steps of
 * the first warm-up, the first stage, the second warm-up and the run, step t has
 *
 * <pre>
 * base·t/W                                                         t &lt; W
 * base·ramp((t − W)/(M − W))                                       t &lt; M
 * second·(t − M)/S                                                 t &lt; M + S
 * second·ramp((t − M − S)/(T − M − S))                             after that
 * </pre>
 *
 * tried in this order, where the ramp falls from 1 to {@code final_lr}.
 */
public final class TwoStageCosineSchedule implements Schedule {
  /**
   * The shape of the curve.
   *
   * @param warmupEpochs W in epochs
   * @param firstEpochs M in epochs
   * @param secondLr the rate of the second stage
   * @param secondWarmupEpochs S in epochs
   * @param finalLr where both cosines end, as a part of their rate
   * @param scaleLr whether both rates grow with the batch
   */
  public record Settings(
      @Option(
              value = "null",
              range = "[0, inf)",
              doc =
                  "epochs of linear warm-up; null for 3 of up to 20 epochs, 5 of up to 50, else 10")
          @Nullable Double warmupEpochs,
      @Option(
              value = "800",
              range = "[1, inf)",
              doc = "epochs of the first stage, at most all; as the method's mme_epochs")
          int firstEpochs,
      @Option(value = "0.05", range = "[0, inf)", doc = "learning rate of the second stage")
          double secondLr,
      @Option(value = "5", range = "[0, inf)", doc = "epochs of linear warm-up in the second stage")
          double secondWarmupEpochs,
      @Option(
              value = "0.001",
              range = "[0, 1]",
              doc = "learning rate at the end of a stage, as a part of its rate")
          double finalLr,
      @Option(
              value = "true",
              doc = "multiply both learning rates by batch_size / 256 (Goyal et al., 2017)")
          boolean scaleLr)
      implements ScheduleSettings {
    @Override
    public Schedule create(double lr, int batchSize, long stepsPerEpoch, long steps) {
      return new TwoStageCosineSchedule(this, lr, batchSize, stepsPerEpoch, steps);
    }
  }

  private final double base;
  private final double second;
  private final double last;
  private final long warmup;
  private final long firstStage;
  private final long secondWarmup;
  private final long steps;

  /**
   * Creates the schedule.
   *
   * @param settings the shape
   * @param lr the rate of the first stage
   * @param batchSize samples of one step
   * @param stepsPerEpoch steps of one epoch
   * @param steps steps of the whole run
   */
  public TwoStageCosineSchedule(
      Settings settings, double lr, int batchSize, long stepsPerEpoch, long steps) {
    Options.check(settings);
    double scale = settings.scaleLr() ? batchSize / 256.0 : 1;
    double warmupEpochs =
        settings.warmupEpochs() == null
            ? usualWarmup(steps / stepsPerEpoch)
            : settings.warmupEpochs();
    this.base = lr * scale;
    this.second = settings.secondLr() * scale;
    this.last = settings.finalLr();
    this.warmup = Math.round(warmupEpochs * stepsPerEpoch);
    this.firstStage = Math.min(steps, settings.firstEpochs() * stepsPerEpoch);
    this.secondWarmup = Math.round(settings.secondWarmupEpochs() * stepsPerEpoch);
    this.steps = steps;
  }

  @Override
  public double at(long step) {
    if (step < warmup) {
      return base * step / warmup;
    }
    if (step < firstStage) {
      return base * ramp(step - warmup, firstStage - warmup);
    }
    long into = step - firstStage;
    if (into < secondWarmup) {
      return second * into / secondWarmup;
    }
    return second * ramp(into - secondWarmup, steps - firstStage - secondWarmup);
  }

  private double ramp(long step, long length) {
    return CosineRamp.at(1, last, (double) step / length);
  }

  private static double usualWarmup(long epochs) {
    if (epochs <= 20) {
      return 3;
    }
    return epochs <= 50 ? 5 : 10;
  }
}
