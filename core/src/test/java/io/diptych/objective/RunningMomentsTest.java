package io.diptych.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scoped;
import io.diptych.tensor.Tensor;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(Scoped.class)
final class RunningMomentsTest {
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void agreeWithTheirDefinitionWrittenOutInLoops(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int n = random.nextInt(1, 9);
    int d = random.nextInt(1, 6);
    double covarianceMemory = random.nextDouble();
    double meanMemory = random.nextDouble();
    RunningMoments moments = RunningMoments.initial(d, 0.7, Device.CPU);
    double[][] covariance = new double[d][d];
    double[] mean = new double[d];
    for (int i = 0; i < d; i++) {
      covariance[i][i] = 0.7;
    }
    for (int step = 0; step < 3; step++) {
      Tensor z = RandomRows.of(seed * 10 + step, n, d);
      moments = moments.next(z, covarianceMemory, meanMemory);
      step(z.toDoubleArray(), covariance, mean, covarianceMemory, meanMemory);
    }
    for (int i = 0; i < d; i++) {
      assertThat(moments.mean().select(0, i).item()).isCloseTo(mean[i], within(1e-12));
      for (int j = 0; j < d; j++) {
        assertThat(moments.covariance().select(0, i).select(0, j).item())
            .isCloseTo(covariance[i][j], within(1e-12));
      }
    }
  }

  private static void step(double[] z, double[][] covariance, double[] mean, double r, double m) {
    int d = mean.length;
    int n = z.length / d;
    for (int j = 0; j < d; j++) {
      double sum = 0;
      for (int i = 0; i < n; i++) {
        sum += z[i * d + j];
      }
      mean[j] = m * mean[j] + (1 - m) * sum / n;
    }
    for (int j = 0; j < d; j++) {
      for (int k = 0; k < d; k++) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
          sum += (z[i * d + j] - mean[j]) * (z[i * d + k] - mean[k]);
        }
        covariance[j][k] = r * covariance[j][k] + (1 - r) * sum / n;
      }
    }
  }

  @Test
  void theOrderOfTheRowsDoesNotMatter() {
    Tensor z = RandomRows.of(1, 7, 3);
    Tensor order = Tensor.of(Keyed.of(2).permutation(7), 7);
    RunningMoments start = RunningMoments.initial(3, 1, Device.CPU);
    RunningMoments one = start.next(z, 0.1, 0.2);
    RunningMoments other = start.next(z.indexSelect(0, order), 0.1, 0.2);
    assertThat(one.covariance().sub(other.covariance()).abs().max().item()).isLessThan(1e-14);
    assertThat(one.mean().sub(other.mean()).abs().max().item()).isLessThan(1e-14);
  }

  @Test
  void withoutCentringTheSecondMomentOfABatchIsTheMeanOfItsHalves() {
    Tensor z = RandomRows.of(1, 8, 3);
    RunningMoments start = RunningMoments.initial(3, 1, Device.CPU);
    Tensor whole = start.next(z, 0, 1).covariance();
    Tensor first = start.next(z.narrow(0, 0, 4), 0, 1).covariance();
    Tensor second = start.next(z.narrow(0, 4, 4), 0, 1).covariance();
    assertThat(first.add(second).div(2).sub(whole).abs().max().item()).isLessThan(1e-14);
    assertThat(start.next(z, 0, 1).mean().abs().max().item()).isZero();
  }

  @Test
  void theMemoryGoesFromNothingToEverything() {
    Tensor z = RandomRows.of(1, 8, 3);
    RunningMoments start = RunningMoments.initial(3, 2, Device.CPU);
    RunningMoments fresh = start.next(z, 0, 0);
    Tensor centred = z.sub(z.mean(0));
    assertThat(fresh.mean().sub(z.mean(0)).abs().max().item()).isLessThan(1e-15);
    assertThat(fresh.covariance().sub(centred.t().matmul(centred).div(8)).abs().max().item())
        .isLessThan(1e-14);
    RunningMoments frozen = start.next(z, 1, 1);
    assertThat(frozen.covariance().toDoubleArray()).isEqualTo(start.covariance().toDoubleArray());
    assertThat(frozen.mean().toDoubleArray()).isEqualTo(start.mean().toDoubleArray());
  }

  @Test
  void aBatchOfOneRowIsCentredToNothingWithoutMemory() {
    RunningMoments moments =
        RunningMoments.initial(3, 1, Device.CPU).next(RandomRows.of(1, 1, 3), 0.25, 0);
    assertThat(moments.covariance().toDoubleArray())
        .containsExactly(0.25, 0, 0, 0, 0.25, 0, 0, 0, 0.25);
  }

  @Test
  void thePastIsAConstantAndTheBatchIsNot() {
    RunningMoments start =
        new RunningMoments(
            Tensor.eye(3, DType.FLOAT64, Device.CPU).requiresGrad_(true),
            Tensor.zeros(DType.FLOAT64, Device.CPU, 3).requiresGrad_(true));
    Tensor z = RandomRows.of(1, 5, 3).to(DType.FLOAT32).requiresGrad_(true);
    RunningMoments next = start.next(z, 0.1, 0.1);
    assertThat(next.covariance().dtype()).isEqualTo(DType.FLOAT64);
    next.covariance().square().sum().add(next.mean().sum()).backward();
    assertThat(start.covariance().grad()).isNull();
    assertThat(start.mean().grad()).isNull();
    assertThat(z.grad().dtype()).isEqualTo(DType.FLOAT32);
    assertThat(z.grad().abs().max().item()).isGreaterThan(0);
  }

  @Test
  void rowsOfAnotherWidthAndNoRowsAreRefused() {
    RunningMoments start = RunningMoments.initial(3, 1, Device.CPU);
    for (Tensor z : new Tensor[] {Tensor.zeros(2, 4), Tensor.zeros(0, 3), Tensor.zeros(3)}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> start.next(z, 0.1, 0.1))
          .withMessage("running moments of width 3 take rows [N, 3], got " + z.shape());
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RunningMoments(Tensor.zeros(3, 3), Tensor.zeros(4)))
        .withMessage("running moments are [D, D] and [D], got [3, 3] and [4]");
  }
}
