package io.diptych.method;

/** How the momentum of a moving average changes over a run, from its base m₀. */
public enum MomentumSchedule {
  /** Always m₀. */
  FIXED,
  /**
   * 1 − (1 − m₀)·(cos(π·p) + 1)/2 with p the step over all steps (Grill et al., "Bootstrap your own
   * latent", NeurIPS 2020, section 3.2).
   */
  COSINE,
  /** The same with p the epoch, from 0, over all epochs; constant within an epoch. */
  COSINE_PER_EPOCH;

  /** Returns the momentum of the update that ends a step. */
  double at(double base, Step step) {
    return switch (this) {
      case FIXED -> base;
      case COSINE -> cosine(base, (double) step.number() / step.total());
      case COSINE_PER_EPOCH -> cosine(base, (double) step.epoch() * step.perEpoch() / step.total());
    };
  }

  private static double cosine(double base, double progress) {
    return 1 - (1 - base) * (Math.cos(Math.PI * progress) + 1) / 2;
  }
}
