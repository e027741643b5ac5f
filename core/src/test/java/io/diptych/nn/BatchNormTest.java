package io.diptych.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scoped;
import io.diptych.tensor.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(Scoped.class)
final class BatchNormTest {
  private static final int N = 3;
  private static final int C = 2;
  private static final int AREA = 4;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void agreesWithItsDefinitionOverThreeBatchesAndInEvaluation(boolean affine) {
    BatchNorm layer = new BatchNorm(C, affine, Initializer.constant(1));
    layer.to(DType.FLOAT64);
    Map<String, Tensor> state = layer.state();
    double[] weight = {1, 1};
    double[] bias = {0, 0};
    if (affine) {
      weight = new double[] {0.5, -2};
      bias = new double[] {3, 4};
      layer.requiresGrad(false);
      state.get("weight").copy_(Tensor.of(weight, C));
      state.get("bias").copy_(Tensor.of(bias, C));
    }
    double[] mean = {0, 0};
    double[] variance = {1, 1};
    for (int batch = 0; batch < 3; batch++) {
      double[] x = input(batch);
      double[] batchMean = new double[C];
      double[] biased = new double[C];
      for (int c = 0; c < C; c++) {
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < x.length; i++) {
          if (i / AREA % C == c) {
            sum += x[i];
            squares += x[i] * x[i];
          }
        }
        int count = N * AREA;
        batchMean[c] = sum / count;
        biased[c] = squares / count - batchMean[c] * batchMean[c];
        mean[c] = 0.9 * mean[c] + 0.1 * batchMean[c];
        variance[c] = 0.9 * variance[c] + 0.1 * biased[c] * count / (count - 1);
      }
      assertClose(
          layer.forward(Tensor.of(x, N, C, 2, 2)), expected(x, batchMean, biased, weight, bias));
      assertClose(state.get("running_mean"), mean);
      assertClose(state.get("running_var"), variance);
      assertThat(state.get("num_batches_tracked").item()).isEqualTo(batch + 1);
    }
    layer.train(false);
    double[] x = input(9);
    assertClose(layer.forward(Tensor.of(x, N, C, 2, 2)), expected(x, mean, variance, weight, bias));
    assertClose(state.get("running_mean"), mean);
    assertThat(state.get("num_batches_tracked").item()).isEqualTo(3);
  }

  @Test
  void theCounterStaysAnIntegerWhateverTheTypeOfTheRest() {
    BatchNorm layer = new BatchNorm(2);
    layer.to(DType.FLOAT64);
    assertThat(layer.state().get("num_batches_tracked").dtype()).isEqualTo(DType.INT64);
    assertThat(layer.state().get("running_var").dtype()).isEqualTo(DType.FLOAT64);
  }

  @Test
  void withoutScaleAndOffsetItHasOnlyBuffers() {
    BatchNorm layer = new BatchNorm(2, false, Initializer.constant(1));
    assertThat(layer.parameters()).isEmpty();
    assertThat(layer.state().keySet())
        .containsExactly("running_mean", "running_var", "num_batches_tracked");
  }

  private static double[] expected(
      double[] x, double[] mean, double[] variance, double[] weight, double[] bias) {
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      int c = i / AREA % C;
      y[i] = (x[i] - mean[c]) / Math.sqrt(variance[c] + 1e-5) * weight[c] + bias[c];
    }
    return y;
  }

  private static double[] input(int batch) {
    Tensor counters = Tensor.arange(N * C * AREA, Device.CPU);
    return Keyed.of(1).fold(batch).normal(counters).mul(2).add(batch).toDoubleArray();
  }

  private static void assertClose(Tensor actual, double... expected) {
    double[] values = actual.toDoubleArray();
    assertThat(values).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(values[i]).isCloseTo(expected[i], within(1e-12 * (1 + Math.abs(expected[i]))));
    }
  }
}
