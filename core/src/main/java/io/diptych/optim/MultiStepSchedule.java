package io.diptych.optim;

import io.diptych.option.Option;
import io.diptych.option.OptionException;
import java.util.List;

/**
 * A rate that falls by a factor at given epochs: base·γ^k, where k milestones are at or before the
 * epoch, counted from 0.
 */
final class MultiStepSchedule {
  private MultiStepSchedule() {}

  /**
   * The options.
   *
   * @param milestones epochs, from 0, at which the rate falls; a negative one counts from the end,
   *     and never comes in a run shorter than that
   * @param gamma γ
   * @param warmupEpochs epochs of warm-up, in place of the beginning
   * @param warmup how it goes
   * @param countHidden whether milestones within the warm-up count after it
   * @param scaleLr whether the base grows with the batch
   */
  public record Settings(
      @Option(
              doc =
                  "epochs, from 0, at whose start the rate falls; negative ones count from the end"
                      + " of the run")
          List<Integer> milestones,
      @Option(value = "0.1", range = "(0, inf)", doc = "factor of each fall") double gamma,
      @Option(value = Warmup.NONE, range = Warmup.NOT_NEGATIVE, doc = Warmup.EPOCHS_DOC)
          double warmupEpochs,
      @Option(value = Warmup.DEFAULTS, doc = Warmup.DOC) Warmup warmup,
      @Option(
              value = "true",
              doc =
                  "whether the rate after a warm-up has fallen at the milestones within it, too;"
                      + " false in the program of W-MSE")
          boolean countHidden,
      @Option(value = "false", doc = Course.SCALE_DOC) boolean scaleLr)
      implements ScheduleSettings {
    /** Checks that the milestones rise; those from the end stand among themselves. */
    public Settings {
      milestones = List.copyOf(milestones);
      for (int i = 1; i < milestones.size(); i++) {
        int before = milestones.get(i - 1);
        int milestone = milestones.get(i);
        if (milestone <= before && milestone < 0 == before < 0) {
          throw new OptionException(
              "milestones", "must rise, but " + milestone + " follows " + before);
        }
      }
    }

    @Override
    public Schedule create(double lr, int batchSize, long stepsPerEpoch, long steps) {
      Course course = Course.of(lr, scaleLr, batchSize, stepsPerEpoch, steps);
      return warmup.before(step -> rate(course, step / stepsPerEpoch), warmupEpochs, course);
    }

    private double rate(Course course, long epoch) {
      long epochs = course.steps() / course.perEpoch();
      long from = countHidden ? 0 : course.steps(warmupEpochs);
      long passed =
          milestones.stream()
              .mapToLong(milestone -> milestone < 0 ? epochs + milestone : milestone)
              .filter(milestone -> milestone >= 0 && milestone <= epoch)
              .filter(milestone -> milestone * course.perEpoch() >= from)
              .count();
      return course.base() * Math.pow(gamma, (double) passed);
    }
  }
}
