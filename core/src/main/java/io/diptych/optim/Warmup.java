package io.diptych.optim;

import io.diptych.option.Option;
import io.diptych.tensor.Tensor;
import java.util.Map;

/**
 * How a rate comes in: a straight line from a start to a target over the first W steps (or epochs),
 * in place of the curve. The published programs differ in where the line begins and ends.
 *
 * @param start rate where the line begins, as a part of the base
 * @param ramp which of its points the steps take
 * @param every how often the rate changes
 * @param target where the line ends
 */
public record Warmup(
    @Option(
            value = "0",
            range = "[0, inf)",
            doc = "learning rate where the warm-up begins, as a part of the base rate")
        double start,
    @Option(
            value = "above-start",
            doc =
                "above-start: the first step is one part above the start, the last has the full"
                    + " rate; below-end: the first has the start, the one after the warm-up the"
                    + " full rate; full: the first has the start, the last the full rate")
        Ramp ramp,
    @Option(value = "step", doc = "whether the rate rises with each step or each epoch")
        Every every,
    @Option(
            value = "base",
            doc =
                "where it leads: to the base rate, or to the rate that the curve has at its end,"
                    + " for a curve that begins under it")
        Target target) {
  static final String NONE = "0";
  static final String NOT_NEGATIVE = "[0, inf)";
  static final String DEFAULTS = "{}";
  static final String EPOCHS_DOC = "epochs of linear warm-up; fractions are allowed";
  static final String DOC = "how the warm-up goes";

  /** Which points of the line the n steps k = 0 … n − 1 of a warm-up take. */
  public enum Ramp {
    /** (k + 1)/n. */
    ABOVE_START,
    /** k/n. */
    BELOW_END,
    /** k/(n − 1); a single step has the start. */
    FULL;

    double at(double k, double n) {
      return switch (this) {
        case ABOVE_START -> (k + 1) / n;
        case BELOW_END -> k / n;
        case FULL -> n > 1 ? k / (n - 1) : 0;
      };
    }
  }

  /** Where the line ends. */
  public enum Target {
    /** At the base rate. */
    BASE,
    /** At the curve's rate of the last step of the warm-up. */
    CURVE
  }

  /**
   * Returns a curve with this warm-up before it. Where the run is shorter, it never gets past it.
   *
   * @param epochs of the warm-up
   */
  Schedule before(Schedule curve, double epochs, Course course) {
    long steps = course.steps(epochs);
    return steps == 0 ? curve : new Warmed(this, curve, steps, course);
  }

  /** A curve and the warm-up before it. */
  private record Warmed(Warmup warmup, Schedule curve, long steps, Course course)
      implements Schedule {
    @Override
    public double at(long step) {
      if (step >= steps) {
        return curve.at(step);
      }
      double from = warmup.start * course.base();
      double to = warmup.target == Target.BASE ? course.base() : curve.at(steps - 1);
      double unit = warmup.every.steps(course.perEpoch());
      return from
          + (to - from) * Math.min(1, warmup.ramp.at(Math.floor(step / unit), steps / unit));
    }

    @Override
    public double momentum(long step, double base) {
      return step < steps ? base : curve.momentum(step, base);
    }

    @Override
    public void epochEnded(double meanLoss) {
      curve.epochEnded(meanLoss);
    }

    @Override
    public Map<String, Tensor> state() {
      return curve.state();
    }
  }
}
