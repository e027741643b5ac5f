package io.diptych.evaluate;

import java.util.Arrays;
import java.util.stream.DoubleStream;

/**
 * How well two divisions of the same samples agree, whatever their groups are called.
 *
 * @param nmi mutual information over the mean of the two entropies, from 0 to 1
 * @param ami the same with both reduced by the information expected of chance (Vinh, Epps and
 *     Bailey, "Information theoretic measures for clusterings comparison", JMLR 11, 2010); 0 on
 *     average for chance, at most 1
 * @param ari the Rand index adjusted for chance (Hubert and Arabie, "Comparing partitions", 1985),
 *     at most 1
 * @param fmi the geometric mean of pair precision and pair recall (Fowlkes and Mallows, 1983), from
 *     0 to 1
 */
public record Agreement(double nmi, double ami, double ari, double fmi) {
  /**
   * Compares two divisions.
   *
   * @param first the group of each of N samples, any numbers
   * @param second likewise
   * @return the agreement; of no samples, or where all are in one group in both, 1
   * @throws IllegalArgumentException if the lengths differ
   */
  public static Agreement of(long[] first, long[] second) {
    if (first.length != second.length) {
      throw new IllegalArgumentException(
          "two divisions must be of the same samples, got "
              + first.length
              + " and "
              + second.length);
    }
    return new Table(first, second).agreement();
  }

  /** How many samples are in each pair of groups. */
  private static final class Table {
    private final double samples;
    private final double[][] counts;
    private final double[] rows;
    private final double[] columns;

    Table(long[] first, long[] second) {
      long[] firstGroups = Arrays.stream(first).distinct().sorted().toArray();
      long[] secondGroups = Arrays.stream(second).distinct().sorted().toArray();
      this.samples = first.length;
      this.counts = new double[firstGroups.length][secondGroups.length];
      this.rows = new double[firstGroups.length];
      this.columns = new double[secondGroups.length];
      for (int i = 0; i < first.length; i++) {
        int row = Arrays.binarySearch(firstGroups, first[i]);
        int column = Arrays.binarySearch(secondGroups, second[i]);
        counts[row][column]++;
        rows[row]++;
        columns[column]++;
      }
    }

    Agreement agreement() {
      if (rows.length <= 1 && columns.length <= 1) {
        return new Agreement(1, 1, 1, 1);
      }
      double mutual = mutualInformation();
      double mean = (entropy(rows) + entropy(columns)) / 2;
      double expected = expectedInformation();
      double room = mean - expected;
      double least = Math.ulp(1.0);
      double adjusted =
          (mutual - expected) / (room < 0 ? Math.min(room, -least) : Math.max(room, least));
      // Rounding must not make more of agreement than there can be.
      return new Agreement(
          mutual == 0 ? 0 : Math.min(1, mutual / mean),
          Math.min(1, adjusted),
          adjustedRand(),
          fowlkesMallows());
    }

    private double mutualInformation() {
      double sum = 0;
      for (int i = 0; i < rows.length; i++) {
        for (int j = 0; j < columns.length; j++) {
          if (counts[i][j] > 0) {
            sum += counts[i][j] * Math.log(samples * counts[i][j] / (rows[i] * columns[j]));
          }
        }
      }
      // What rounding leaves of independent divisions is no information.
      return Math.abs(sum / samples) < Math.ulp(1.0) ? 0 : Math.max(0, sum / samples);
    }

    private double entropy(double[] sizes) {
      return -DoubleStream.of(sizes).map(n -> n / samples * Math.log(n / samples)).sum();
    }

    /** The mean over all divisions into groups of the same sizes: equation 24a of Vinh et al. */
    private double expectedInformation() {
      double[] logFactorial = new double[(int) samples + 1];
      for (int n = 1; n < logFactorial.length; n++) {
        logFactorial[n] = logFactorial[n - 1] + Math.log(n);
      }
      double sum = 0;
      for (double a : rows) {
        for (double b : columns) {
          int most = (int) Math.min(a, b);
          for (int n = (int) Math.max(1, a + b - samples); n <= most; n++) {
            double chance =
                logFactorial[(int) a]
                    + logFactorial[(int) b]
                    + logFactorial[(int) (samples - a)]
                    + logFactorial[(int) (samples - b)]
                    - logFactorial[(int) samples]
                    - logFactorial[n]
                    - logFactorial[(int) a - n]
                    - logFactorial[(int) b - n]
                    - logFactorial[(int) (samples - a - b) + n];
            sum += n / samples * Math.log(samples * n / (a * b)) * Math.exp(chance);
          }
        }
      }
      return sum;
    }

    private double adjustedRand() {
      double both = pairs();
      double first = squares(rows) - samples;
      double second = squares(columns) - samples;
      double all = samples * (samples - 1);
      double expected = first / all * second;
      double most = (first + second) / 2;
      return most == expected ? 1 : (both - expected) / (most - expected);
    }

    private double fowlkesMallows() {
      double both = pairs();
      return both == 0
          ? 0
          : both / Math.sqrt(squares(rows) - samples) / Math.sqrt(squares(columns) - samples);
    }

    /** Ordered pairs of samples that are together in both divisions. */
    private double pairs() {
      return Arrays.stream(counts).mapToDouble(Table::squares).sum() - samples;
    }

    private static double squares(double[] sizes) {
      return DoubleStream.of(sizes).map(n -> n * n).sum();
    }
  }
}
