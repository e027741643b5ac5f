package io.diptych.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scoped;
import io.diptych.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Assignments, agreement of divisions, and k-means. */
@ExtendWith(Scoped.class)
final class ClusteringTest {
  @Test
  void assignmentsCostAsLittleAsTheBestOfAllThereAre() {
    for (int run = 0; run < 300; run++) {
      Keyed keyed = Keyed.of(run);
      int rows = 1 + run % 5;
      int columns = rows + run % 3;
      double[][] cost = new double[rows][columns];
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < columns; j++) {
          // Few different costs make ties, as counts do.
          cost[i][j] = Math.floor(7 * keyed.uniform(i, j)) - 3;
        }
      }
      int[] found = Assignment.cheapest(cost);
      assertThat(found).doesNotHaveDuplicates();
      double sum = 0;
      for (int i = 0; i < rows; i++) {
        sum += cost[i][found[i]];
      }
      assertThat(sum).isEqualTo(least(cost, 0, new boolean[columns]));
    }
  }

  private static double least(double[][] cost, int row, boolean[] taken) {
    if (row == cost.length) {
      return 0;
    }
    double least = Double.POSITIVE_INFINITY;
    for (int j = 0; j < taken.length; j++) {
      if (!taken[j]) {
        taken[j] = true;
        least = Math.min(least, cost[row][j] + least(cost, row + 1, taken));
        taken[j] = false;
      }
    }
    return least;
  }

  @Test
  void assignmentsRefuseWhatCannotBeAssigned() {
    assertThatThrownBy(() -> Assignment.cheapest(new double[2][1]))
        .hasMessage("an assignment needs a column for each row, got 2 rows, 1");
    assertThatThrownBy(() -> Assignment.cheapest(new double[][] {{1, Double.NaN}}))
        .hasMessage("costs must be finite, one is NaN");
    assertThatThrownBy(() -> Assignment.cheapest(new double[][] {{1, 2}, {1}}))
        .hasMessage("costs must have rows of one length, got 2 and 1");
  }

  @Test
  void agreementDoesNotDependOnTheNamesOfGroups() {
    long[] first = {0, 0, 1, 1, 2, 2, 2, 0};
    long[] second = {5, 5, 5, 9, 7, 7, 9, 5};
    long[] renamed = Arrays.stream(second).map(group -> 100 - group).toArray();
    Agreement one = Agreement.of(first, second);
    Agreement other = Agreement.of(renamed, first);
    assertThat(other.nmi()).isCloseTo(one.nmi(), offset(1e-12));
    assertThat(other.ami()).isCloseTo(one.ami(), offset(1e-12));
    assertThat(other.ari()).isCloseTo(one.ari(), offset(1e-12));
    assertThat(other.fmi()).isCloseTo(one.fmi(), offset(1e-12));
    assertThat(one.nmi()).isBetween(0.0, 1.0);
    assertThat(Agreement.of(first, first).ami()).isCloseTo(1, offset(1e-12));
    assertThat(Agreement.of(second, renamed).nmi()).isCloseTo(1, offset(1e-12));
    assertThatThrownBy(() -> Agreement.of(first, new long[1]))
        .hasMessage("two divisions must be of the same samples, got 8 and 1");
  }

  @Test
  void clustersWithoutAClassAreWrong() {
    ClusterMatch match = ClusterMatch.of(new long[] {1, 1, 0, 2}, new long[] {0, 0, 1, 1}, 2);
    assertThat(match.classes()).containsExactly(1, 0);
    assertThat(match.mapped()).containsExactly(0, 0, 1, -1);
    assertThat(match.accuracy()).isEqualTo(0.75);
    assertThatThrownBy(() -> ClusterMatch.of(new long[] {0}, new long[] {3}, 2))
        .hasMessage("labels must lie in 0 to 1, one is 3");
    assertThatThrownBy(() -> ClusterMatch.of(new long[] {-1}, new long[] {0}, 2))
        .hasMessage("clusters must be at least 0, one is -1");
  }

  @Test
  void kMeansFindsClustersThatLieApart() {
    int each = 20;
    Tensor offsets = Tensor.of(new double[] {0, 0, 9, 0, 0, 9}, 3, 2).repeat(each, 1);
    Tensor noise = Keyed.of(3).normal(Tensor.arange(6 * each, offsets.device()));
    Tensor rows = offsets.add(noise.to(offsets.dtype()).reshape(3 * each, 2).mul(0.1));
    KMeans.Model model = KMeans.fit(rows, 3, 5, 100, 0);
    long[] truth = new long[3 * each];
    for (int i = 0; i < truth.length; i++) {
      truth[i] = i % 3;
    }
    assertThat(ClusterMatch.of(model.assign(rows), truth, 3).accuracy()).isEqualTo(1);
    assertThat(model.inertia()).isBetween(0.1, 3 * each * 0.1);
    KMeans.Model again = KMeans.fit(rows, 3, 5, 100, 0);
    assertThat(again.centres().toDoubleArray()).isEqualTo(model.centres().toDoubleArray());
  }

  @Test
  void kMeansFillsEveryClusterAndRefusesTooMany() {
    Tensor rows = Tensor.of(new double[] {0, 0, 0, 1, 1, 5}, 6, 1);
    KMeans.Model model = KMeans.fit(rows, 3, 3, 50, 1);
    assertThat(Arrays.stream(model.assign(rows)).distinct().count()).isEqualTo(3);
    assertThat(model.inertia()).isCloseTo(0, offset(1e-12));
    assertThat(KMeans.fit(Tensor.ones(4, 2), 2, 1, 10, 0).inertia()).isZero();
    assertThatThrownBy(() -> KMeans.fit(rows, 7, 1, 1, 0))
        .hasMessage("k-means needs from 1 to N clusters of [N, F], got 7 of [6, 1]");
    assertThatThrownBy(() -> KMeans.fit(rows, 1, 0, 1, 0))
        .hasMessage("starts and iterations must be at least 1, were 0 and 1");
    assertThatThrownBy(() -> model.assign(Tensor.ones(1, 2)))
        .hasMessage("samples must be [M, 1], were [1, 2]");
  }
}
