package io.diptych.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.diptych.tensor.Scoped;
import io.diptych.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Scoped.class)
final class OutcomeTest {
  @Test
  void ofEqualScoresTheLowerClassComesFirst() {
    Tensor scores = Tensor.of(new double[] {1, 1, 0, 1, 1, 0}, 2, 3);
    Outcome outcome = Outcome.of(scores, Tensor.of(new long[] {0, 1}, 2));
    assertThat(outcome.predicted()).containsExactly(0, 0);
    assertThat(outcome.accuracy()).isEqualTo(0.5);
    assertThat(outcome.top(2)).isEqualTo(1);
  }

  @Test
  void ofFewerClassesThanAskedForAllAreAmongTheFirst() {
    Tensor scores = Tensor.of(new double[] {3, 2, 1}, 1, 3);
    Outcome outcome = Outcome.of(scores, Tensor.of(new long[] {2}, 1));
    assertThat(outcome.accuracy()).isZero();
    assertThat(outcome.top(5)).isEqualTo(1);
  }

  @Test
  void aScoreThatIsNoNumberIsAMiss() {
    double nan = Double.NaN;
    double inf = Double.POSITIVE_INFINITY;
    Tensor scores = Tensor.of(new double[] {nan, nan, nan, 1, nan, 0, 2, 1, inf}, 3, 3);
    Outcome outcome = Outcome.of(scores, Tensor.of(new long[] {0, 0, 2}, 3));
    assertThat(outcome.hits()).containsExactly(false, false, true);
    assertThat(outcome.top(2)).isCloseTo(2 / 3.0, within(1e-9));
  }

  @Test
  void countsEachClassForEach() {
    Tensor scores = Tensor.of(new double[] {1, 0, 0, 0, 1, 0, 0, 1, 0}, 3, 3);
    Outcome outcome = Outcome.of(scores, Tensor.of(new long[] {0, 0, 1}, 3));
    assertThat(outcome.confusion()).isDeepEqualTo(new long[][] {{1, 1, 0}, {0, 1, 0}, {0, 0, 0}});
    assertThat(outcome.perClass()).containsExactly(0.5, 1, Double.NaN);
  }

  @Test
  void refusesTargetsThatAreNoClass() {
    Tensor scores = Tensor.zeros(2, 3);
    assertThatThrownBy(() -> Outcome.of(scores, Tensor.of(new long[] {0, 3}, 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("labels must lie in 0 to 2, one is 3");
    assertThatThrownBy(() -> Outcome.of(scores, Tensor.of(new long[] {0}, 1)))
        .hasMessage("scores must be [M, C] and targets [M], were [2, 3] and [1]");
  }
}
