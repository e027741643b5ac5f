package io.diptych.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.diptych.nn.GradientCheck;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Linalg;
import io.diptych.tensor.NotPositiveDefiniteException;
import io.diptych.tensor.Scoped;
import io.diptych.tensor.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(Scoped.class)
final class LogDeterminantTest {
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 5, 17})
  void isThatOfTheMatrixWithEpsilonOnItsDiagonal(long d) {
    Tensor z = RandomRows.of(d, 2 * d + 1, d);
    Tensor a = z.t().matmul(z);
    Tensor shifted = a.add(Tensor.eye(d, DType.FLOAT64, Device.CPU).mul(0.3));
    assertThat(LogDeterminant.of(a, 0.3, "a").item())
        .isCloseTo(Linalg.logAbsDet(shifted).item(), within(1e-10));
    assertThat(LogDeterminant.of(a, 0, "a").item())
        .isCloseTo(Linalg.logAbsDet(a).item(), within(1e-8));
  }

  @Test
  void itsGradientIsTheInverse() {
    Tensor z = RandomRows.of(3, 9, 4);
    Tensor a = z.t().matmul(z).copy().requiresGrad_(true);
    LogDeterminant.of(a, 0.1, "a").backward();
    Tensor shifted = a.detach().add(Tensor.eye(4, DType.FLOAT64, Device.CPU).mul(0.1));
    assertThat(a.grad().sub(Linalg.inv(shifted)).abs().max().item()).isLessThan(1e-12);
    Tensor rows = RandomRows.of(4, 9, 4).requiresGrad_(true);
    GradientCheck.function(
        Map.of("rows", rows), () -> LogDeterminant.of(rows.t().matmul(rows), 0.1, "a"));
  }

  @Test
  void epsilonSavesASingularMatrix() {
    Tensor zero = Tensor.zeros(DType.FLOAT64, Device.CPU, 6, 6);
    assertThat(LogDeterminant.of(zero, 1e-8, "a").item())
        .isCloseTo(6 * Math.log(1e-8), within(1e-12));
  }

  @Test
  void aSingularMatrixIsNamedWithItsSmallestEigenvalueAndTheRemedy() {
    Tensor indefinite = Tensor.eye(3, DType.FLOAT64, Device.CPU).neg();
    assertThatExceptionOfType(NotPositiveDefiniteException.class)
        .isThrownBy(() -> LogDeterminant.of(indefinite, 0.5, "the covariance of view 1"))
        .withMessage(
            "the covariance of view 1 (3 x 3) is singular: with epsilon 0.5 on its diagonal the"
                + " smallest eigenvalue is -0.5; raise epsilon, take a larger batch or narrower"
                + " embeddings, or remember more of the batches before");
    assertThatExceptionOfType(NotPositiveDefiniteException.class)
        .isThrownBy(() -> LogDeterminant.of(Tensor.zeros(DType.FLOAT64, Device.CPU, 2, 2), 0, "a"))
        .withMessageContaining("the smallest eigenvalue is 0.0;");
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY})
  void entriesThatAreNoNumbersAreNamed(double value) {
    Tensor a = Tensor.eye(3, DType.FLOAT64, Device.CPU);
    a.select(0, 1).fill_(value);
    assertThatExceptionOfType(NotPositiveDefiniteException.class)
        .isThrownBy(() -> LogDeterminant.of(a, 1, "the covariance of view 2"))
        .withMessageStartingWith(
            "the covariance of view 2 has entries that are NaN or infinite, as the embeddings have")
        .withMessageContaining("lower learning rate");
  }
}
