package io.diptych.optim;

/** Options of a schedule. */
public interface ScheduleSettings {
  /**
   * Creates the schedule.
   *
   * @param lr the optimiser's base rate
   * @param batchSize samples of one step
   * @param stepsPerEpoch steps of one epoch
   * @param steps steps of the whole run
   */
  Schedule create(double lr, int batchSize, long stepsPerEpoch, long steps);
}
