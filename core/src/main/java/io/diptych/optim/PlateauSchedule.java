package io.diptych.optim;

import io.diptych.option.Option;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.util.Map;

/**
 * A rate that falls when the loss does not: an epoch is better if its mean loss is below best·(1 −
 * threshold); after more than {@code patience} epochs in a row that are not, the rate is multiplied
 * by a factor. As PyTorch has it, changes below 10⁻⁸ are left out.
 */
final class PlateauSchedule implements Schedule {
  private static final double LEAST_CHANGE = 1e-8;
  private static final String NAME = "plateau";
  private static final int RATE = 0;
  private static final int EPOCHS = 1;
  private static final int BEST = 2;
  private static final int BAD = 3;

  /**
   * The options.
   *
   * @param factor of each fall
   * @param patience epochs without a better loss that are borne
   * @param threshold what makes a loss better, as a part of the best
   * @param lowLr the lowest rate, as a part of the base
   * @param warmupEpochs epochs of warm-up, in place of the beginning
   * @param warmup how it goes
   * @param scaleLr whether the base grows with the batch
   */
  public record Settings(
      @Option(value = "0.1", range = "(0, 1)", doc = "factor of each fall") double factor,
      @Option(
              value = "10",
              range = "[0, inf)",
              doc =
                  "epochs in a row without a better loss after which one more makes the rate fall")
          int patience,
      @Option(
              value = "0.0001",
              range = "[0, 1)",
              doc = "a loss is better if it is below (1 - threshold) times the best")
          double threshold,
      @Option(
              value = "0",
              range = "[0, 1]",
              doc = "lowest learning rate, as a part of the base rate")
          double lowLr,
      @Option(value = Warmup.NONE, range = Warmup.NOT_NEGATIVE, doc = Warmup.EPOCHS_DOC)
          double warmupEpochs,
      @Option(value = Warmup.DEFAULTS, doc = Warmup.DOC) Warmup warmup,
      @Option(value = "false", doc = Course.SCALE_DOC) boolean scaleLr)
      implements ScheduleSettings {
    @Override
    public Schedule create(double lr, int batchSize, long stepsPerEpoch, long steps) {
      Course course = Course.of(lr, scaleLr, batchSize, stepsPerEpoch, steps);
      return warmup.before(new PlateauSchedule(this, course), warmupEpochs, course);
    }
  }

  private final Settings settings;
  private final double lowest;
  // Rate, epochs seen, best loss, bad epochs in a row.
  private final Tensor state;

  private PlateauSchedule(Settings settings, Course course) {
    this.settings = settings;
    this.lowest = course.base() * settings.lowLr();
    this.state = Scope.keep(Tensor.of(new double[] {course.base(), 0, 0, 0}, 4));
  }

  @Override
  public double at(long step) {
    return state.toDoubleArray()[RATE];
  }

  @Override
  public void epochEnded(double meanLoss) {
    double[] now = state.toDoubleArray();
    if (now[EPOCHS] == 0 || meanLoss < now[BEST] * (1 - settings.threshold())) {
      now[BEST] = meanLoss;
      now[BAD] = 0;
    } else {
      now[BAD]++;
    }
    now[EPOCHS]++;
    if (now[BAD] > settings.patience()) {
      double lower = Math.max(now[RATE] * settings.factor(), lowest);
      if (now[RATE] - lower > LEAST_CHANGE) {
        now[RATE] = lower;
      }
      now[BAD] = 0;
    }
    try (Scope scope = Scope.open()) {
      state.copy_(Tensor.of(now, now.length));
    }
  }

  @Override
  public Map<String, Tensor> state() {
    return Map.of(NAME, state);
  }
}
