package io.diptych.train;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Optional;

/** Looks at each log line for signs that a run goes wrong, and says in words what they mean. */
final class Alarms {
  private static final int REMEMBERED = 100;
  private static final int USUAL_AFTER = 20;

  private final AlarmSettings settings;
  private final Deque<Double> norms = new ArrayDeque<>();
  private final Rule collapse;
  private final Rule explosion;

  /** Counts the lines in a row that show something. */
  private final class Rule {
    final String name;
    final AlarmSettings.Action action;
    int lines;

    Rule(String name, AlarmSettings.Action action) {
      this.name = name;
      this.action = action;
    }

    /** Returns whether something has to be done now. */
    boolean rings(boolean shown) {
      lines = shown ? lines + 1 : 0;
      return action != AlarmSettings.Action.OFF && lines == settings.patience();
    }
  }

  /**
   * What a line showed.
   *
   * @param rule which rule
   * @param text what was seen, what it means and what to try, in one line
   * @param stops whether the run shall stop
   */
  record Alarm(String rule, String text, boolean stops) {}

  Alarms(AlarmSettings settings) {
    this.settings = settings;
    this.collapse = new Rule("collapse", settings.collapse());
    this.explosion = new Rule("gradients", settings.gradients());
  }

  /**
   * Looks at a line.
   *
   * @param width of the features; 0 if unknown
   */
  Optional<Alarm> see(MetricSink.StepMetrics line, long width) {
    double even = width > 0 ? 1 / Math.sqrt((double) width) : Double.NaN;
    if (collapse.rings(line.featureStd() < settings.collapseStd() * even)) {
      return alarm(
          collapse,
          String.format(
              Locale.ROOT,
              "the features collapsed: on the last %d log lines their standard deviation was below"
                  + " %.3g, now %.3g at step %d (rows that differ have about %.3g), so every image"
                  + " gets the same features and the loss has nothing left to compare. Try a lower"
                  + " learning rate or a longer warm-up, and see that the method's guard against"
                  + " collapse is on (negatives, teacher and predictor, or decorrelation)",
              settings.patience(),
              settings.collapseStd() * even,
              line.featureStd(),
              line.step(),
              even));
    }
    double usual = usualNorm();
    boolean exploding = line.gradNorm() > settings.gradientFactor() * usual;
    if (explosion.rings(exploding)) {
      return alarm(
          explosion,
          String.format(
              Locale.ROOT,
              "the gradients exploded: their norm was more than %.4g times its median, %.3g, on"
                  + " the last %d log lines, now %.3g at step %d. Try train.clip_norm=%.2g, a lower"
                  + " learning rate or a longer warm-up",
              settings.gradientFactor(),
              usual,
              settings.patience(),
              line.gradNorm(),
              line.step(),
              10 * usual));
    }
    if (!exploding && Double.isFinite(line.gradNorm())) {
      norms.addLast(line.gradNorm());
      if (norms.size() > REMEMBERED) {
        norms.removeFirst();
      }
    }
    return Optional.empty();
  }

  /** Returns the median of the last norms, NaN while there are too few. */
  private double usualNorm() {
    if (norms.size() < USUAL_AFTER) {
      return Double.NaN;
    }
    return norms.stream().sorted().skip(norms.size() / 2).findFirst().orElse(Double.NaN);
  }

  private static Optional<Alarm> alarm(Rule rule, String text) {
    return Optional.of(new Alarm(rule.name, text, rule.action == AlarmSettings.Action.STOP));
  }
}
