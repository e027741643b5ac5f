package io.diptych.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(Scoped.class)
final class KeyedTest {
  private static final int SAMPLES = 20_000;

  @ParameterizedTest
  @ValueSource(longs = {0, 1, -1, 42, Long.MIN_VALUE, Long.MAX_VALUE, 0x9E3779B97F4A7C15L})
  void tensorsAndPlainJavaGiveTheSameNumbers(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    long[] counters = new long[200];
    for (int i = 0; i < counters.length; i++) {
      counters[i] = i < 50 ? i : random.nextLong();
    }
    Keyed keyed = Keyed.of(seed).fold("part").fold(7);
    int slots = 9;
    float[] drawn = keyed.uniform(Tensor.of(counters, counters.length), slots).toFloatArray();
    for (int i = 0; i < counters.length; i++) {
      for (int slot = 0; slot < slots; slot++) {
        assertThat((double) drawn[i * slots + slot]).isEqualTo(keyed.uniform(counters[i], slot));
      }
    }
  }

  @Test
  void aNumberDependsOnNeitherTheBatchNorTheSlotsAskedFor() {
    Keyed keyed = Keyed.of(5);
    float[] whole = keyed.uniform(Tensor.arange(10, Device.CPU), 4).toFloatArray();
    float[] one = keyed.uniform(Tensor.of(new long[] {7}, 1), 2).toFloatArray();
    assertThat(one).containsExactly(whole[28], whole[29]);
  }

  @Test
  void keysPartsCountersAndSlotsAllChangeTheNumber() {
    Set<Long> seen = new HashSet<>();
    for (long seed = 0; seed < 10; seed++) {
      for (String part : new String[] {"", "a", "b", "ab", "ba", "a\0"}) {
        for (long counter = -5; counter < 5; counter++) {
          for (long slot = 0; slot < 10; slot++) {
            seen.add(Keyed.of(seed).fold(part).bits(counter, slot));
          }
        }
      }
    }
    assertThat(seen).hasSize(10 * 6 * 10 * 10);
    assertThat(Keyed.of(1).fold(2).fold(3).bits(0, 0))
        .isNotEqualTo(Keyed.of(1).fold(3).fold(2).bits(0, 0));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3})
  void numbersAreUniform(int slot) {
    // Consecutive counters, as data sets have them; 99 degrees of freedom, 5 σ.
    int[] cells = new int[100];
    double serial = 0;
    double before = 0.5;
    Keyed keyed = Keyed.of(2024).fold(slot);
    for (int i = 0; i < SAMPLES; i++) {
      double u = keyed.uniform(i, slot);
      assertThat(u).isBetween(0.0, Math.nextDown(1.0));
      cells[(int) (u * 100)]++;
      serial += (u - 0.5) * (before - 0.5);
      before = u;
    }
    double expected = SAMPLES / 100.0;
    double chiSquare = Arrays.stream(cells).mapToDouble(c -> (c - expected) * (c - expected)).sum();
    assertThat(chiSquare / expected).isBetween(99 - 5 * 14.1, 99 + 5 * 14.1);
    assertThat(serial * 12 / Math.sqrt(SAMPLES)).isBetween(-5.0, 5.0);
  }

  @Test
  void slotsOfOneCounterAreIndependent() {
    double sum = 0;
    Keyed keyed = Keyed.of(9);
    for (int i = 0; i < SAMPLES; i++) {
      sum += (keyed.uniform(i, 0) - 0.5) * (keyed.uniform(i, 1) - 0.5);
    }
    assertThat(sum * 12 / Math.sqrt(SAMPLES)).isBetween(-5.0, 5.0);
  }

  @Test
  void manyNormalNumbersAreThoseOfTheirCounters() {
    Keyed keyed = Keyed.of(8);
    int count = 3 * (1 << 16) + 1000;
    double[] all = keyed.normal(Tensor.arange(count, Device.CPU)).toDoubleArray();
    for (int start : new int[] {0, 1 << 16, (2 << 16) - 500, count - 1000}) {
      double[] some =
          keyed.normal(Tensor.arange(count, Device.CPU).narrow(0, start, 1000)).toDoubleArray();
      assertThat(some).isEqualTo(Arrays.copyOfRange(all, start, start + 1000));
    }
  }

  @Test
  void normalNumbersAreStandardNormal() {
    double[] drawn = Keyed.of(8).normal(Tensor.arange(SAMPLES, Device.CPU)).toDoubleArray();
    double mean = Arrays.stream(drawn).average().orElseThrow();
    double variance = Arrays.stream(drawn).map(x -> (x - mean) * (x - mean)).sum() / SAMPLES;
    assertThat(mean).isCloseTo(0, within(5 / Math.sqrt(SAMPLES)));
    assertThat(variance).isCloseTo(1, within(5 * Math.sqrt(2.0 / SAMPLES)));
    // Kolmogorov and Smirnov: the largest distance of the two distribution functions, p = 10⁻⁶.
    Arrays.sort(drawn);
    double distance = 0;
    for (int i = 0; i < SAMPLES; i++) {
      double cdf = normalCdf(drawn[i]);
      distance = Math.max(distance, Math.abs(cdf - (i + 0.5) / SAMPLES) + 0.5 / SAMPLES);
    }
    assertThat(distance * Math.sqrt(SAMPLES)).isLessThan(2.7);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 1000})
  void aPermutationHasEveryNumberOnce(int n) {
    long[] sorted = Keyed.of(3).permutation(n);
    Arrays.sort(sorted);
    for (int i = 0; i < n; i++) {
      assertThat(sorted[i]).isEqualTo(i);
    }
    assertThat(sorted).hasSize(n);
  }

  @Test
  void permutationsFollowFromTheKeyAndAllOrdersAreAsLikely() {
    assertThat(Keyed.of(3).permutation(50)).isEqualTo(Keyed.of(3).permutation(50));
    assertThat(Keyed.of(3).permutation(50)).isNotEqualTo(Keyed.of(4).permutation(50));
    int[] counts = new int[27];
    int draws = 6000;
    for (int i = 0; i < draws; i++) {
      long[] order = Keyed.of(1).fold(i).permutation(3);
      counts[(int) (order[0] * 9 + order[1] * 3 + order[2])]++;
    }
    int[] orders = Arrays.stream(counts).filter(c -> c > 0).toArray();
    assertThat(orders).hasSize(6);
    for (int count : orders) {
      assertThat(count).isBetween(1000 - 150, 1000 + 150);
    }
  }

  /** Integrates the density by Simpson's rule from 0. */
  private static double normalCdf(double x) {
    int steps = 64;
    double h = x / steps;
    double sum = density(0) + density(x);
    for (int i = 1; i < steps; i++) {
      sum += (i % 2 == 0 ? 2 : 4) * density(i * h);
    }
    return 0.5 + sum * h / 3;
  }

  private static double density(double x) {
    return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.75, 1})
  void betaNumbersHaveTheirMomentsAndDependOnTheirCounterAlone(double a) {
    Keyed keyed = Keyed.of(9);
    double[] drawn = keyed.beta(Tensor.arange(SAMPLES, Device.CPU), a).toDoubleArray();
    double mean = Arrays.stream(drawn).average().orElseThrow();
    double variance = Arrays.stream(drawn).map(x -> (x - mean) * (x - mean)).sum() / SAMPLES;
    double fourth = Arrays.stream(drawn).map(x -> Math.pow(x - 0.5, 4)).sum() / SAMPLES;
    double expected = 1 / (4 * (2 * a + 1));
    assertThat(mean).isCloseTo(0.5, within(0.01));
    assertThat(variance).isCloseTo(expected, within(0.005));
    // Excess kurtosis −6/(2a + 3).
    assertThat(fourth).isCloseTo(expected * expected * (3 - 6 / (2 * a + 3)), within(0.002));
    assertThat(Arrays.stream(drawn)).allMatch(x -> x >= 0 && x <= 1);
    assertThat(keyed.beta(Tensor.of(new long[] {70, 3}, 2), a).toDoubleArray())
        .containsExactly(drawn[70], drawn[3]);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, 1.5, Double.NaN})
  void aBetaDistributionWithoutThePolesIsRefused(double a) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Keyed.of(1).beta(Tensor.arange(1, Device.CPU), a))
        .withMessage("a of Beta(a, a) must be in (0, 1], was " + a);
  }
}
