package io.diptych.evaluate.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.diptych.tensor.Scoped;
import io.diptych.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(Scoped.class)
final class UmapTest {
  /** The numbers that SciPy's curve_fit gives for the same 300 samples. */
  @ParameterizedTest
  @CsvSource({"0.1, 1.57694, 0.89506", "0.5, 0.58303, 1.33417", "0.0, 1.93280, 0.79049"})
  void nearnessFitsAKnownCurve(double minDist, double a, double b) {
    Nearness fitted = Nearness.fit(minDist);
    assertThat(fitted.a()).isCloseTo(a, within(2e-5));
    assertThat(fitted.b()).isCloseTo(b, within(2e-5));
  }

  @Test
  void degreesAddUpToTheLogarithmOfTheNeighbours() {
    Neighbours neighbours = Neighbours.of(Clusters.rows(80, 5, 2, 4), 14, Steps.NONE);
    double[] degrees = Memberships.degrees(neighbours);
    for (int row = 0; row < 80; row++) {
      double sum = 0;
      for (int j = row * 14; j < (row + 1) * 14; j++) {
        assertThat(degrees[j]).isBetween(0.0, 1.0);
        sum += degrees[j];
      }
      assertThat(degrees[row * 14]).isEqualTo(1);
      assertThat(sum).isCloseTo(Math.log(15) / Math.log(2), within(1e-4));
    }
  }

  @Test
  void theGraphIsTheFuzzyUnion() {
    // 0 and 1 are each other's nearest, 2 is near 1 alone.
    Neighbours neighbours = new Neighbours(3, 1, new int[] {1, 0, 1}, new double[] {1, 1, 4});
    Graph graph =
        Graph.of(
            neighbours, new double[] {0.5, 0.8, 0.3}, (one, other) -> one + other - one * other);
    assertThat(graph.from()).containsExactly(0, 1, 3, 4);
    assertThat(graph.to()).containsExactly(1, 0, 2, 1);
    assertThat(graph.weight()).containsExactly(new double[] {0.9, 0.9, 0.3, 0.3}, within(1e-12));
  }

  @Test
  void clustersStayApartAndNeighboursTogether() {
    Tensor rows = Clusters.rows(300, 6, 4, 12);
    double[] points = Umap.of(rows, 15, 0.1, 0, Steps.NONE).points();
    assertThat(Clusters.purity(points, 4)).isEqualTo(1);
    assertThat(Clusters.separation(points, 4)).isGreaterThan(3);
    assertThat(Trustworthiness.of(rows, points, 5, Steps.NONE)).isGreaterThan(0.85);
  }

  @Test
  void aSeedGivesOneMap() {
    Tensor rows = Clusters.rows(60, 4, 2, 6);
    double[] points = Umap.of(rows, 5, 0.1, 3, Steps.NONE).points();
    assertThat(Umap.of(rows, 5, 0.1, 3, Steps.NONE).points()).isEqualTo(points);
    assertThat(Umap.of(rows, 5, 0.1, 4, Steps.NONE).points()).isNotEqualTo(points);
  }

  @Test
  void equalRowsAreMapped() {
    assertThat(Umap.of(Tensor.ones(20, 3), 5, 0.1, 0, Steps.NONE).points())
        .doesNotContain(Double.NaN);
  }

  @Test
  void refusesWhatCannotBeMapped() {
    Tensor rows = Clusters.rows(30, 3, 2, 5);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Umap.of(rows, 31, 0.1, 0, Steps.NONE))
        .withMessage("neighbours must be from 2 to 30 for 30 rows, was 31");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Umap.of(Tensor.ones(40_000, 1), 30_000, 0.1, 0, Steps.NONE))
        .withMessage("neighbours must be from 2 to 26843 for 40000 rows, was 30000");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Umap.of(rows, 15, 1.1, 0, Steps.NONE))
        .withMessage("min_dist must be from 0 to 1, was 1.1");
  }
}
