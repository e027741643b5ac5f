package io.diptych.optim;

/** Half a cosine from one value to another: what schedules of rates and momenta are made of. */
public final class CosineRamp {
  private CosineRamp() {}

  /**
   * Returns end + (start − end)·(1 + cos(π·progress))/2.
   *
   * @param start value at progress 0
   * @param end value at progress 1
   * @param progress from 0 to 1
   */
  public static double at(double start, double end, double progress) {
    return end + (start - end) * (1 + Math.cos(Math.PI * progress)) / 2;
  }
}
