package io.diptych.evaluate.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Linalg;
import io.diptych.tensor.Scoped;
import io.diptych.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Scoped.class)
final class PcaTest {
  /** Scores along (2, 1) / √5 and (−1, 2) / √5, whose largest loadings are positive. */
  @Test
  void findsTheAxesOfPointsOnACross() {
    Tensor rows = Tensor.of(new double[] {5, 3, 1, 1, 2, 4, 4, 0}, 4, 2);
    Pca map = Pca.of(rows, Steps.NONE);
    double root = Math.sqrt(5);
    // Around (3, 2): (2, 1), (−2, −1), (−1, 2), (1, −2); the variances are equal, so no axis is
    // the first: stretch the first pair.
    Pca stretched = Pca.of(Tensor.of(new double[] {9, 5, -3, -1, 2, 4, 4, 0}, 4, 2), Steps.NONE);
    assertThat(stretched.points())
        .containsExactly(
            new double[] {3 * root, 0, -3 * root, 0, 0, root, 0, -root}, within(1e-12));
    assertThat(stretched.explained()).containsExactly(new double[] {0.9, 0.1}, within(1e-12));
    assertThat(map.explained()[0] + map.explained()[1]).isCloseTo(1, within(1e-12));
  }

  @Test
  void explainsWhatASingularValueDecompositionDoes() {
    Tensor rows = decaying(60, 40);
    Pca map = Pca.of(rows, Steps.NONE);
    Tensor centred = rows.sub(rows.meanKeep(0));
    double[] singular = Linalg.singularValues(centred).toDoubleArray();
    double total = centred.square().sum().item();
    for (int axis = 0; axis < 2; axis++) {
      double along = singular[axis] * singular[axis];
      assertThat(map.explained()[axis]).isCloseTo(along / total, within(1e-10));
      double squares = 0;
      for (int i = axis; i < map.points().length; i += 2) {
        squares += map.points()[i] * map.points()[i];
      }
      assertThat(squares).isCloseTo(along, within(1e-9 * along));
    }
  }

  @Test
  void isTheSameInSinglePrecision() {
    Tensor rows = decaying(60, 40);
    double[] fine = Pca.of(rows, Steps.NONE).points();
    double[] coarse = Pca.of(rows.to(DType.FLOAT32), Steps.NONE).points();
    assertThat(coarse).containsExactly(fine, within(1e-4));
  }

  @Test
  void mapsWhatHasOneFeatureOrNoVariance() {
    Pca line = Pca.of(Tensor.of(new double[] {1, 2, 3}, 3, 1), Steps.NONE);
    assertThat(line.points()).containsExactly(new double[] {-1, 0, 0, 0, 1, 0}, within(1e-12));
    assertThat(line.explained()).containsExactly(new double[] {1, 0}, within(1e-12));
    assertThat(Pca.of(Tensor.ones(3, 2), Steps.NONE).points()).containsOnly(0);
  }

  @Test
  void refusesWhatIsNoMatrixOfNumbers() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Pca.of(Tensor.ones(1, 4), Steps.NONE))
        .withMessage("a map needs features [N, F] of at least 2 rows, got [1, 4]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Pca.of(Tensor.of(new double[] {1, Double.NaN}, 2, 1), Steps.NONE))
        .withMessage("a map needs finite features, got NaN or infinity");
  }

  @Test
  void canBeEndedBeforeEachRound() {
    List<Integer> rounds = new ArrayList<>();
    assertThatThrownBy(
            () ->
                Pca.of(
                    decaying(50, 20),
                    (done, of) -> {
                      rounds.add(done);
                      if (done == 2) {
                        throw new CancellationException("enough");
                      }
                    }))
        .isInstanceOf(CancellationException.class);
    assertThat(rounds).containsExactly(0, 1, 2);
  }

  private static Tensor decaying(int count, int width) {
    double[] values =
        Keyed.of(3).normal(Tensor.arange((long) count * width, Device.CPU)).toDoubleArray();
    for (int i = 0; i < values.length; i++) {
      values[i] *= Math.pow(0.8, i % width);
    }
    return Tensor.of(values, count, width);
  }
}
