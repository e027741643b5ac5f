package io.diptych.train;

import io.diptych.option.Option;

/**
 * When a run that goes wrong is reported or stopped. The rules look at the log lines.
 *
 * @param collapse what to do when features collapse
 * @param collapseStd below what part of a healthy deviation they have
 * @param gradients what to do when gradients explode
 * @param gradientFactor above how many times the usual norm they have
 * @param patience lines in a row that show it before something is done
 */
public record AlarmSettings(
    @Option(value = "stop", doc = "what to do when all features become the same: off, warn or stop")
        Action collapse,
    @Option(
            value = "0.001",
            range = "(0, 1]",
            doc =
                "features are the same when their deviation is below this part of that of rows that"
                    + " are spread evenly, 1/sqrt(width)")
        double collapseStd,
    @Option(value = "warn", doc = "what to do when gradients explode: off, warn or stop")
        Action gradients,
    @Option(
            value = "1000",
            range = "(1, inf)",
            doc = "gradients explode when their norm is above so many times its median so far")
        double gradientFactor,
    @Option(
            value = "10",
            range = "[1, inf)",
            doc = "log lines in a row that show it before something is done")
        int patience) {
  /** What to do. */
  public enum Action {
    /** Nothing. */
    OFF,
    /** Say so once, and again when it has been well in between. */
    WARN,
    /** Stop the run. */
    STOP
  }
}
