package io.diptych.evaluate.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.diptych.tensor.Backend;
import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scoped;
import io.diptych.tensor.Tensor;
import java.util.Arrays;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(Scoped.class)
final class TSneTest {
  private final int threads = Backend.threads();

  @AfterEach
  void restoreThreads() {
    Backend.threads(threads);
  }

  @Test
  void affinitiesHaveThePerplexityThatIsWanted() {
    Neighbours neighbours = Neighbours.of(Clusters.rows(50, 4, 2, 8), 31, Steps.NONE);
    double[] conditional = Affinities.conditional(neighbours, 10);
    for (int row = 0; row < 50; row++) {
      double entropy = 0;
      double sum = 0;
      for (int j = row * 31; j < (row + 1) * 31; j++) {
        sum += conditional[j];
        entropy -= conditional[j] > 0 ? conditional[j] * Math.log(conditional[j]) : 0;
      }
      assertThat(sum).isCloseTo(1, within(1e-12));
      assertThat(Math.exp(entropy)).isCloseTo(10, within(1e-3));
    }
  }

  @Test
  void affinitiesAreSymmetricAndAddUpToOne() {
    Graph graph = Affinities.of(Neighbours.of(Clusters.rows(40, 4, 2, 3), 10, Steps.NONE), 3);
    double[][] dense = new double[40][40];
    double sum = 0;
    for (int row = 0; row < 40; row++) {
      for (int e = graph.from()[row]; e < graph.from()[row + 1]; e++) {
        assertThat(dense[row][graph.to()[e]]).isZero();
        dense[row][graph.to()[e]] = graph.weight()[e];
        sum += graph.weight()[e];
      }
      assertThat(dense[row][row]).isZero();
    }
    for (int row = 0; row < 40; row++) {
      for (int other = 0; other < row; other++) {
        assertThat(dense[row][other]).isEqualTo(dense[other][row]);
      }
    }
    assertThat(sum).isCloseTo(1, within(1e-12));
  }

  @Test
  void theGradientIsThatOfTheDivergence() {
    Graph graph = Affinities.of(Neighbours.of(Clusters.rows(30, 4, 3, 4), 16, Steps.NONE), 5);
    TSneGradient exact = new TSneGradient(graph, new ExactRepulsion());
    double[] points = points(30, 2);
    double[] gradient = new double[60];
    exact.fill(points, 1, gradient);
    double step = 1e-6;
    for (int i = 0; i < 60; i++) {
      double at = points[i];
      points[i] = at + step;
      double above = exact.divergence(points);
      points[i] = at - step;
      double below = exact.divergence(points);
      points[i] = at;
      assertThat(gradient[i]).isCloseTo((above - below) / (2 * step), within(1e-8));
    }
    assertThat(exact.divergence(points)).isPositive();
  }

  @Test
  void aTreeThatOpensEverySquareIsExact() {
    double[] points = points(700, 10);
    double[] exact = new double[1400];
    double[] tree = new double[1400];
    double sum = fill(new ExactRepulsion(), points, exact);
    assertThat(fill(new QuadTree(700, 0), points, tree)).isCloseTo(sum, within(1e-9 * sum));
    assertThat(tree).containsExactly(exact, within(1e-9));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.2, 0.5, 0.7})
  void aTreeIsNearlyExact(double theta) {
    double[] points = points(700, 30);
    double[] exact = new double[1400];
    double[] tree = new double[1400];
    double sum = fill(new ExactRepulsion(), points, exact);
    assertThat(fill(new QuadTree(700, theta), points, tree))
        .isCloseTo(sum, within(0.05 * theta * sum));
    double error = 0;
    double all = 0;
    for (int i = 0; i < tree.length; i++) {
      error += Math.pow(tree[i] - exact[i], 2);
      all += exact[i] * exact[i];
    }
    assertThat(Math.sqrt(error / all)).isLessThan(0.1 * theta);
  }

  @Test
  void pointsAtOnePlaceDoNotPushEachOther() {
    double[] points = {1, 1, 1, 1, 1, 1, 4, 5};
    double[] exact = new double[8];
    double[] tree = new double[8];
    double sum = fill(new ExactRepulsion(), points, exact);
    assertThat(fill(new QuadTree(4, 0.5), points, tree)).isCloseTo(sum, within(1e-12));
    assertThat(tree).containsExactly(exact, within(1e-12));
    Arrays.fill(points, 3);
    assertThat(fill(new QuadTree(4, 0.5), points, tree)).isCloseTo(12, within(1e-12));
    assertThat(tree).containsOnly(0);
  }

  @Test
  void thePlacesOnTheCurveInterleaveBits() {
    assertThat(QuadTree.spread(0b1011)).isEqualTo(0b1000101L);
    assertThat(QuadTree.spread((1 << 21) - 1)).isEqualTo(0x1555_5555_5555_5555L & (1L << 42) - 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {300, 900})
  void theNumberOfThreadsChangesNothing(int count) {
    Tensor rows = Clusters.rows(count, 8, 3, 6);
    Backend.threads(1);
    double[] alone = TSne.of(rows, 20, 60, 0.5, 1, Steps.NONE).points();
    Backend.threads(3);
    assertThat(TSne.of(rows, 20, 60, 0.5, 1, Steps.NONE).points()).isEqualTo(alone);
  }

  @ParameterizedTest
  @ValueSource(ints = {240, 700})
  void clustersStayApartAndNeighboursTogether(int count) {
    Tensor rows = Clusters.rows(count, 6, 4, 12);
    TSne map = TSne.of(rows, 20, 500, 0.5, 0, Steps.NONE);
    assertThat(Clusters.purity(map.points(), 4)).isEqualTo(1);
    assertThat(Clusters.separation(map.points(), 4)).isGreaterThan(2);
    assertThat(Trustworthiness.of(rows, map.points(), 5, Steps.NONE)).isGreaterThan(0.9);
    assertThat(map.divergence()).isBetween(0.1, 2.0);
    double[] sums = new double[2];
    for (int i = 0; i < map.points().length; i++) {
      sums[i % 2] += map.points()[i];
    }
    assertThat(sums).containsExactly(new double[2], within(1e-8));
  }

  @Test
  void equalRowsAreMapped() {
    double[] values = Clusters.rows(60, 3, 2, 5).toDoubleArray();
    System.arraycopy(values, 0, values, 90, 90);
    // So few rows wander for long at the least rate: after 300 rounds, rounding decides.
    double[] points = TSne.of(Tensor.of(values, 60, 3), 5, 3000, 0.5, 0, Steps.NONE).points();
    assertThat(Clusters.purity(points, 30)).isGreaterThan(0.8);
    assertThat(TSne.of(Tensor.ones(40, 3), 5, 100, 0.5, 0, Steps.NONE).points())
        .doesNotContain(Double.NaN);
  }

  @Test
  void canBeEnded() {
    Steps atTen =
        (done, of) -> {
          assertThat(of).isEqualTo(100);
          if (done == 10) {
            throw new CancellationException("enough");
          }
        };
    assertThatThrownBy(() -> TSne.of(Clusters.rows(50, 3, 2, 5), 5, 100, 0.5, 0, atTen))
        .isInstanceOf(CancellationException.class);
  }

  @Test
  void refusesWhatCannotBeMapped() {
    Tensor rows = Clusters.rows(30, 3, 2, 5);
    assertThat(TSne.largestPerplexity(30)).isEqualTo(9);
    assertThat(TSne.largestPerplexity(40_000)).isEqualTo(8947); // of 26,843 neighbours
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TSne.of(rows, 9.5, 10, 0.5, 0, Steps.NONE))
        .withMessage("perplexity must be from 1 to 9 for 30 rows, was 9.5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TSne.of(rows, 5, 0, 0.5, 0, Steps.NONE))
        .withMessage("iterations must be at least 1, was 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TSne.of(rows, 5, 10, 0.8, 0, Steps.NONE))
        .withMessage("theta must be from 0 to 0.7, was 0.8");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TSne.of(Tensor.ones(3), 5, 10, 0.5, 0, Steps.NONE))
        .withMessage("a map needs features [N, F] of at least 4 rows, got [3]");
  }

  /** Computes all forces, each point in its turn, and returns the sum of q. */
  private static double fill(Repulsion repulsion, double[] points, double[] forces) {
    Arrays.fill(forces, Double.NaN);
    repulsion.prepare(points);
    double sum = 0;
    for (int turn = 0; turn < points.length / 2; turn++) {
      sum += repulsion.push(repulsion.point(turn), points, forces);
    }
    return sum;
  }

  private static double[] points(int count, double spread) {
    return Keyed.of(9).normal(Tensor.arange(2L * count, Device.CPU)).mul(spread).toDoubleArray();
  }
}
