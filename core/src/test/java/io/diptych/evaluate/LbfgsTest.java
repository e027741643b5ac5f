package io.diptych.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class LbfgsTest {
  @Test
  void followsACurvedValleyToItsLowestPoint() {
    Lbfgs.Minimum minimum =
        Lbfgs.minimize(LbfgsTest::rosenbrock, new double[] {-1.2, 1, -1.2, 1}, 1e-10, 200);
    for (double coordinate : minimum.point()) {
      assertThat(coordinate).isCloseTo(1, within(1e-8));
    }
    assertThat(minimum.gradientNorm()).isLessThanOrEqualTo(1e-10);
    assertThat(minimum.iterations()).isLessThan(100);
  }

  @Test
  void staysWhereTheGradientIsSmallAlready() {
    Lbfgs.Minimum minimum = Lbfgs.minimize(LbfgsTest::rosenbrock, new double[] {1, 1}, 1e-6, 200);
    assertThat(minimum.iterations()).isZero();
    assertThat(minimum.point()).containsExactly(1, 1);
  }

  @Test
  void endsAfterTheGivenNumberOfSteps() {
    Lbfgs.Minimum minimum = Lbfgs.minimize(LbfgsTest::rosenbrock, new double[] {-1.2, 1}, 1e-10, 3);
    assertThat(minimum.iterations()).isEqualTo(3);
    assertThat(minimum.value()).isLessThan(rosenbrock(new double[] {-1.2, 1}, new double[2]));
  }

  @Test
  void comesBackFromWhereTheFunctionIsNotDefined() {
    // x − log x: its minimum is at 1, and a first step from 1e-3 would be far too long.
    Lbfgs.Minimum minimum =
        Lbfgs.minimize(
            (x, gradient) -> {
              gradient[0] = 1 - 1 / x[0];
              return x[0] - Math.log(x[0]);
            },
            new double[] {5},
            1e-9,
            100);
    assertThat(minimum.point()[0]).isCloseTo(1, within(1e-8));
  }

  @Test
  void endsWhereRoundingLeavesNothingToGain() {
    Lbfgs.Minimum minimum =
        Lbfgs.minimize(LbfgsTest::rosenbrock, new double[] {-1.2, 1}, 0, 10_000);
    assertThat(minimum.iterations()).isLessThan(1000);
    assertThat(minimum.point()[0]).isCloseTo(1, within(1e-6));
  }

  /** Pairs of coordinates, each a banana-shaped valley with its lowest point at (1, 1). */
  private static double rosenbrock(double[] x, double[] gradient) {
    double sum = 0;
    for (int i = 0; i < x.length; i += 2) {
      double off = x[i + 1] - x[i] * x[i];
      sum += 100 * off * off + (1 - x[i]) * (1 - x[i]);
      gradient[i] = -400 * off * x[i] - 2 * (1 - x[i]);
      gradient[i + 1] = 200 * off;
    }
    return sum;
  }
}
