package io.diptych.evaluate;

import io.diptych.tensor.Keyed;
import java.util.Arrays;

/**
 * How much a measured share could have been another by the choice of test samples: the percentile
 * interval of the bootstrap (Efron, "Bootstrap methods: another look at the jackknife", Annals of
 * Statistics 7, 1979).
 */
public final class Bootstrap {
  private static final int SAMPLES = 1000;

  private Bootstrap() {}

  /**
   * An interval.
   *
   * @param low its lower end
   * @param high its upper end
   */
  public record Interval(double low, double high) {}

  /**
   * The interval of a share of N samples, by 1,000 draws of N of them with replacement.
   *
   * @param hits which samples count
   * @param level the part of the draws that lies inside, such as 0.95
   * @param seed of the draws
   * @return the interval
   * @throws IllegalArgumentException if there is no sample, or the level is not between 0 and 1
   */
  public static Interval share(boolean[] hits, double level, long seed) {
    if (hits.length == 0) {
      throw new IllegalArgumentException("an interval needs at least one sample");
    }
    if (!(level > 0 && level < 1)) {
      throw new IllegalArgumentException("level must be between 0 and 1, was " + level);
    }
    Keyed keyed = Keyed.of(seed).fold("bootstrap");
    double[] shares = new double[SAMPLES];
    for (int draw = 0; draw < SAMPLES; draw++) {
      int count = 0;
      for (int i = 0; i < hits.length; i++) {
        count += hits[(int) (keyed.uniform(i, draw) * hits.length)] ? 1 : 0;
      }
      shares[draw] = (double) count / hits.length;
    }
    Arrays.sort(shares);
    int outside = (int) Math.round(SAMPLES * (1 - level) / 2);
    return new Interval(shares[outside], shares[SAMPLES - 1 - outside]);
  }
}
