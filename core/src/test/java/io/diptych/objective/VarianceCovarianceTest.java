package io.diptych.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.diptych.nn.GradientCheck;
import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scoped;
import io.diptych.tensor.Tensor;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(Scoped.class)
final class VarianceCovarianceTest {
  private static final double EPSILON = 1e-4;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void agreesWithItsDefinitionWrittenOutInLoops(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int n = random.nextInt(2, 9);
    int d = random.nextInt(1, 7);
    double scale = random.nextDouble(0.3, 2);
    Tensor a = random(seed, "a", n, d).mul(scale);
    Tensor b = random(seed, "b", n, d);
    double[] x = a.toDoubleArray();
    double[] y = b.toDoubleArray();
    double distance = 0;
    for (int i = 0; i < x.length; i++) {
      distance += Math.pow(x[i] - y[i], 2) / x.length;
    }
    double hinge = 0;
    double squares = 0;
    for (int j = 0; j < d; j++) {
      for (int k = 0; k < d; k++) {
        double c = covariance(x, n, d, j, k);
        hinge += j == k ? Math.max(0, 1 - Math.sqrt(c + EPSILON)) / d : 0;
        squares += j == k ? 0 : c * c / d;
      }
    }
    assertThat(VarianceCovariance.invariance(a, b).item()).isCloseTo(distance, within(1e-12));
    assertThat(VarianceCovariance.variance(a, 1, EPSILON).item()).isCloseTo(hinge, within(1e-12));
    assertThat(VarianceCovariance.covariance(a).item()).isCloseTo(squares, within(1e-12));
  }

  @Test
  void imagesMayBePermutedAndRowsMovedTogether() {
    Tensor a = random(1, "a", 6, 4);
    Tensor b = random(1, "b", 6, 4);
    Tensor order = Tensor.of(Keyed.of(1).permutation(6), 6);
    Tensor c = a.indexSelect(0, order);
    assertThat(VarianceCovariance.invariance(b, a).item())
        .isCloseTo(VarianceCovariance.invariance(a, b).item(), within(1e-12));
    assertThat(VarianceCovariance.invariance(c, b.indexSelect(0, order)).item())
        .isCloseTo(VarianceCovariance.invariance(a, b).item(), within(1e-12));
    for (Tensor other : new Tensor[] {c, a.add(3)}) {
      assertThat(VarianceCovariance.variance(other, 1, EPSILON).item())
          .isCloseTo(VarianceCovariance.variance(a, 1, EPSILON).item(), within(1e-12));
      assertThat(VarianceCovariance.covariance(other).item())
          .isCloseTo(VarianceCovariance.covariance(a).item(), within(1e-12));
    }
  }

  @Test
  void featuresThatVaryEnoughCostNothing() {
    assertThat(VarianceCovariance.variance(random(1, "a", 9, 4).mul(100), 1, EPSILON).item())
        .isZero();
  }

  @Test
  void equalRowsCostTheWholeHingeAndHaveFiniteGradients() {
    for (double value : new double[] {0, 1, 1e15}) {
      Tensor z = Tensor.ones(4, 3).mul(value).detach().requiresGrad_(true);
      Tensor loss =
          VarianceCovariance.variance(z, 1, EPSILON).add(VarianceCovariance.covariance(z));
      loss.backward();
      assertThat(loss.item()).isCloseTo(0.99, within(1e-6));
      assertThat(z.grad().isFinite().all().item()).isEqualTo(1);
    }
  }

  @Test
  void itsGradientsAreThoseOfFiniteDifferences() {
    Tensor a = random(4, "a", 5, 3).mul(0.5).detach().requiresGrad_(true);
    Tensor b = random(4, "b", 5, 3).requiresGrad_(true);
    GradientCheck.function(Map.of("a", a, "b", b), () -> VarianceCovariance.invariance(a, b));
    GradientCheck.function(
        Map.of("a", a),
        () -> VarianceCovariance.variance(a, 1, EPSILON).add(VarianceCovariance.covariance(a)));
  }

  @Test
  void shapesThatDoNotFitAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> VarianceCovariance.invariance(Tensor.zeros(2, 3), Tensor.zeros(3, 2)))
        .withMessage("VICReg needs two matrices [N, D] of one shape, got [2, 3] and [3, 2]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> VarianceCovariance.covariance(Tensor.zeros(1, 3)))
        .withMessage("VICReg needs a matrix [N, D] of at least two rows, got [1, 3]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> VarianceCovariance.variance(Tensor.zeros(3), 1, EPSILON))
        .withMessage("VICReg needs a matrix [N, D] of at least two rows, got [3]");
  }

  private static double covariance(double[] x, int n, int d, int j, int k) {
    double first = 0;
    double second = 0;
    for (int i = 0; i < n; i++) {
      first += x[i * d + j] / n;
      second += x[i * d + k] / n;
    }
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += (x[i * d + j] - first) * (x[i * d + k] - second) / (n - 1);
    }
    return sum;
  }

  private static Tensor random(long seed, String name, int n, int d) {
    return Keyed.of(seed).fold(name).normal(Tensor.arange((long) n * d, Device.CPU)).reshape(n, d);
  }
}
