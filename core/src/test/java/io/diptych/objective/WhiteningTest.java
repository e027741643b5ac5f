package io.diptych.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.diptych.nn.GradientCheck;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.NotPositiveDefiniteException;
import io.diptych.tensor.Scoped;
import io.diptych.tensor.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(Scoped.class)
final class WhiteningTest {
  @ParameterizedTest
  @CsvSource({"9, 4, 0", "9, 4, 0.01", "3, 5, 0.1", "2, 1, 0", "6, 6, 1"})
  void agreesWithItsDefinitionWrittenOutInLoops(int n, int d, double epsilon) {
    Tensor x = correlated(n, d);
    double[][] expected = whitened(RandomRows.arrays(x), epsilon);
    double[][] got = RandomRows.arrays(Whitening.rows(x, epsilon));
    for (int i = 0; i < n; i++) {
      assertThat(got[i]).as("row %d", i).containsExactly(expected[i], within(1e-9));
    }
  }

  @Test
  void withoutEpsilonTheResultHasMeanZeroAndTheIdentityAsCovariance() {
    Whitening.Moments moments = Whitening.Moments.of(Whitening.rows(correlated(20, 5), 0));
    assertThat(moments.mean().abs().max().item()).isLessThan(1e-12);
    Tensor eye = Tensor.eye(5, DType.FLOAT64, Device.CPU);
    assertThat(moments.covariance().sub(eye).abs().max().item()).isLessThan(1e-10);
  }

  @Test
  void shiftsScalesAndTheOrderOfRowsDoNotMatter() {
    Tensor x = correlated(9, 4);
    Tensor y = Whitening.rows(x, 0);
    assertClose(Whitening.rows(x.mul(100).add(7), 0), y);
    Tensor order = Tensor.of(Keyed.of(1).permutation(9), 9);
    assertClose(Whitening.rows(x.indexSelect(0, order), 0), y.indexSelect(0, order));
  }

  @Test
  void slicesAreWhitenedEachForItself() {
    Tensor x = correlated(24, 4).reshape(3, 8, 4);
    Tensor y = Whitening.rows(x, 0.01);
    for (int slice = 0; slice < 3; slice++) {
      assertClose(y.select(0, slice), Whitening.rows(x.select(0, slice), 0.01));
    }
  }

  @Test
  void singlePrecisionLosesNothingInTheCovariance() {
    // The condition number, about 1e12, is far beyond what a factor in float32 could resolve.
    Tensor x = correlated(32, 4).mul(Tensor.of(new double[] {1e3, 1, 1, 1e-3}, 4));
    Tensor single = x.to(DType.FLOAT32).requiresGrad_(true);
    Tensor y = Whitening.rows(single, 0);
    assertThat(y.dtype()).isEqualTo(DType.FLOAT32);
    y.square().sum().backward();
    assertThat(single.grad().isFinite().all().item()).isEqualTo(1);
    Tensor exact = Whitening.rows(x.to(DType.FLOAT32).to(DType.FLOAT64), 0);
    assertThat(y.to(DType.FLOAT64).sub(exact).abs().max().item()).isLessThan(1e-5);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.01})
  void itsGradientsAreThoseOfFiniteDifferences(double epsilon) {
    Tensor x = correlated(7, 3).requiresGrad_(true);
    GradientCheck.function(Map.of("x", x), () -> Whitening.rows(x, epsilon));
    Tensor slices = RandomRows.of(1, "slices", 12, 2).reshape(2, 6, 2).requiresGrad_(true);
    GradientCheck.function(Map.of("slices", slices), () -> Whitening.rows(slices, epsilon));
  }

  @Test
  void identicalRowsBecomeZerosWithEpsilon() {
    Tensor x = Tensor.full(3, DType.FLOAT64, Device.CPU, 4, 3).requiresGrad_(true);
    Tensor y = Whitening.rows(x, 0.01);
    y.sum().backward();
    assertThat(y.abs().max().item()).isZero();
    assertThat(x.grad().isFinite().all().item()).isEqualTo(1);
  }

  @Test
  void aCovarianceWithoutFactorIsRefusedWithSizesAndRemedy() {
    assertThatExceptionOfType(NotPositiveDefiniteException.class)
        .isThrownBy(() -> Whitening.rows(correlated(4, 4), 0))
        .withMessage(
            "whitening needs a positive definite covariance, and that of a slice of 4 rows of"
                + " dimension 4 with epsilon 0.0 is not: raise epsilon, or take slices of more"
                + " rows than the dimension");
    Tensor equal = Tensor.full(3, DType.FLOAT64, Device.CPU, 8, 3);
    assertThatExceptionOfType(NotPositiveDefiniteException.class)
        .isThrownBy(() -> Whitening.rows(equal, 0))
        .withMessageStartingWith(
            "whitening needs a positive definite covariance, and that of a slice of 8 rows of"
                + " dimension 3 with epsilon 0.0 is not");
  }

  @Test
  void rowsThatAreNoNumbersAreNotBlamedOnTheCovariance() {
    Tensor x = correlated(8, 3);
    x.select(0, 2).fill_(Double.NaN);
    assertThatExceptionOfType(NotPositiveDefiniteException.class)
        .isThrownBy(() -> Whitening.rows(x, 0.01))
        .withMessage("whitening needs finite rows, and some of [8, 3] are not");
  }

  @Test
  void oneRowAndAnEpsilonOutOfRangeAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Whitening.rows(Tensor.zeros(1, 3), 0.01))
        .withMessage("whitening needs at least two rows [..., N, D], got [1, 3]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Whitening.rows(correlated(8, 3), -0.1))
        .withMessage("epsilon must be from 0 to 1, was -0.1");
  }

  private static Tensor correlated(int n, int d) {
    Tensor mix = RandomRows.of(2, "mix", d, d).add(Tensor.eye(d, DType.FLOAT64, Device.CPU));
    return RandomRows.of(1, "x", n, d).matmul(mix).add(2);
  }

  private static void assertClose(Tensor got, Tensor expected) {
    assertThat(got.sub(expected).abs().max().item()).isLessThan(1e-9);
  }

  /** The definition: factor row by row, then forward substitution. */
  private static double[][] whitened(double[][] x, double epsilon) {
    int n = x.length;
    int d = x[0].length;
    double[] mean = new double[d];
    for (double[] row : x) {
      for (int j = 0; j < d; j++) {
        mean[j] += row[j] / n;
      }
    }
    double[][] s = new double[d][d];
    for (int j = 0; j < d; j++) {
      for (int k = 0; k < d; k++) {
        for (double[] row : x) {
          s[j][k] += (1 - epsilon) * (row[j] - mean[j]) * (row[k] - mean[k]) / (n - 1);
        }
      }
      s[j][j] += epsilon;
    }
    double[][] l = new double[d][d];
    for (int j = 0; j < d; j++) {
      for (int k = 0; k <= j; k++) {
        double rest = s[j][k];
        for (int i = 0; i < k; i++) {
          rest -= l[j][i] * l[k][i];
        }
        l[j][k] = j == k ? Math.sqrt(rest) : rest / l[k][k];
      }
    }
    double[][] y = new double[n][d];
    for (int row = 0; row < n; row++) {
      for (int j = 0; j < d; j++) {
        double rest = x[row][j] - mean[j];
        for (int i = 0; i < j; i++) {
          rest -= l[j][i] * y[row][i];
        }
        y[row][j] = rest / l[j][j];
      }
    }
    return y;
  }
}
