package io.diptych.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Scoped;
import io.diptych.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Scoped.class)
final class FeatureHealthTest {
  @Test
  void orthogonalRowsUseEveryDirection() {
    FeatureHealth health = FeatureHealth.of(Tensor.eye(8, DType.FLOAT32, Device.CPU));
    assertThat(health.effectiveRank()).isCloseTo(8, offset(1e-9));
    assertThat(health.std()).isCloseTo(Math.sqrt(1.0 / 8 * 7 / 8), offset(1e-6));
  }

  @Test
  void equalRowsHaveCollapsed() {
    FeatureHealth health = FeatureHealth.of(Tensor.ones(16, 5));
    assertThat(health.effectiveRank()).isCloseTo(1, offset(1e-6));
    assertThat(health.std()).isCloseTo(0, offset(1e-7));
  }

  @Test
  void wideAndTallAgree() {
    Tensor rows = Tensor.of(new double[] {1, 2, 3, 4, 0.5, -1, 2, 2, 7, 0, 1, -3}, 3, 4);
    assertThat(FeatureHealth.of(rows).effectiveRank())
        .isCloseTo(FeatureHealth.of(rows.t()).effectiveRank(), offset(1e-9));
  }

  @Test
  void zerosAndWhatIsNotANumberAreNoReasonToFail() {
    assertThat(FeatureHealth.of(Tensor.zeros(4, 3)).effectiveRank()).isEqualTo(1);
    assertThat(FeatureHealth.of(Tensor.zeros(4, 3).log()).effectiveRank()).isNaN();
  }
}
