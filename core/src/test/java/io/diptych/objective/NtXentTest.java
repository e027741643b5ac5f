package io.diptych.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.diptych.nn.GradientCheck;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scoped;
import io.diptych.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(Scoped.class)
final class NtXentTest {
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void agreesWithItsDefinitionWrittenOutInLoops(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int n = random.nextInt(1, 9);
    int d = random.nextInt(1, 7);
    double temperature = random.nextDouble(0.05, 2);
    double[][] a = rows(seed, "a", n, d);
    double[][] b = rows(seed, "b", n, d);
    for (boolean normalize : new boolean[] {true, false}) {
      assertThat(NtXent.loss(tensor(a), tensor(b), temperature, normalize).item())
          .as("n %d, d %d, normalize %s", n, d, normalize)
          .isCloseTo(standard(a, b, temperature, normalize), within(1e-10));
    }
    assertThat(NtXent.oneDirectional(tensor(a), tensor(b), temperature).item())
        .isCloseTo(oneDirectional(a, b, temperature), within(1e-10));
  }

  @Test
  void viewsMayBeSwappedAndImagesPermuted() {
    Tensor a = tensor(rows(1, "a", 6, 4));
    Tensor b = tensor(rows(1, "b", 6, 4));
    Tensor order = Tensor.of(Keyed.of(1).permutation(6), 6);
    Tensor c = a.indexSelect(0, order);
    Tensor d = b.indexSelect(0, order);
    double standard = NtXent.loss(a, b, 0.5, true).item();
    assertThat(NtXent.loss(b, a, 0.5, true).item()).isCloseTo(standard, within(1e-12));
    assertThat(NtXent.loss(c, d, 0.5, true).item()).isCloseTo(standard, within(1e-12));
    assertThat(NtXent.loss(a, d, 0.5, true).item()).isNotCloseTo(standard, within(1e-3));
    double one = NtXent.oneDirectional(a, b, 0.5).item();
    assertThat(NtXent.oneDirectional(b, a, 0.5).item()).isCloseTo(one, within(1e-12));
    assertThat(NtXent.oneDirectional(c, d, 0.5).item()).isCloseTo(one, within(1e-12));
  }

  @Test
  void lengthsDoNotMatterWithNormalisationAndDoWithout() {
    Tensor a = tensor(rows(1, "a", 6, 4));
    Tensor b = tensor(rows(1, "b", 6, 4));
    double loss = NtXent.loss(a, b, 0.5, true).item();
    assertThat(NtXent.loss(a.mul(1000), b.mul(0.01), 0.5, true).item())
        .isCloseTo(loss, within(1e-12));
    assertThat(NtXent.loss(a.mul(2), b, 0.5, false).item())
        .isNotCloseTo(NtXent.loss(a, b, 0.5, false).item(), within(1e-3));
  }

  @Test
  void oneImageHasNoNegativesAndNoLoss() {
    Tensor a = tensor(rows(1, "a", 1, 4)).requiresGrad_(true);
    Tensor b = tensor(rows(1, "b", 1, 4));
    Tensor loss = NtXent.loss(a, b, 0.5, true);
    loss.backward();
    assertThat(loss.item()).isZero();
    assertThat(a.grad().abs().max().item()).isZero();
    assertThat(NtXent.oneDirectional(a, b, 0.5).item()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"FLOAT32", "FLOAT64"})
  void zeroAndIdenticalRowsGiveFiniteLossesAndGradients(DType dtype) {
    for (double value : new double[] {0, 1e-30, 1, 1e15}) {
      Tensor a = Tensor.full(value, dtype, Device.CPU, 4, 3).requiresGrad_(true);
      Tensor b = Tensor.full(value, dtype, Device.CPU, 4, 3);
      Tensor loss = NtXent.loss(a, b, 0.07, true);
      loss.backward();
      // Nothing tells the rows apart: each of the 2N − 1 others is as likely.
      assertThat(loss.item()).as("rows of %s", value).isCloseTo(Math.log(7), within(1e-5));
      assertThat(a.grad().isFinite().all().item()).as("gradient at %s", value).isEqualTo(1);
      // Here the others count with both cosines, the own pair with one.
      double other = value > 1e-12 ? 1 / 0.07 : 0;
      assertThat(NtXent.oneDirectional(a, b, 0.07).item())
          .isCloseTo(Math.log(1 + 3 * Math.exp(other)), within(1e-5));
    }
  }

  @Test
  void aLowTemperatureDoesNotOverflow() {
    Tensor a = tensor(rows(1, "a", 6, 4)).to(DType.FLOAT32);
    assertThat(NtXent.loss(a, a, 1e-4, true).item()).isCloseTo(0, within(1e-6));
    assertThat(NtXent.loss(a, a.neg(), 1e-4, true).isFinite().item()).isEqualTo(1);
  }

  @Test
  void notANumberStaysVisible() {
    Tensor a = tensor(rows(1, "a", 3, 4));
    Tensor broken = a.copy();
    broken.select(0, 0).fill_(Double.NaN);
    assertThat(NtXent.loss(broken, a, 0.5, true).item()).isNaN();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void itsGradientsAreThoseOfFiniteDifferences(boolean normalize) {
    Map<String, Tensor> leaves = leaves(3);
    List<Tensor> views = List.copyOf(leaves.values());
    GradientCheck.function(leaves, () -> NtXent.overPairs(views, 0.3, normalize));
  }

  @Test
  void theGradientsOfTheOneDirectionalFormAreThoseOfFiniteDifferences() {
    Map<String, Tensor> leaves = leaves(3);
    List<Tensor> views = List.copyOf(leaves.values());
    GradientCheck.function(leaves, () -> NtXent.oneDirectionalOverPairs(views, 0.3));
  }

  @Test
  void severalViewsGiveTheMeanOverTheirPairs() {
    List<Tensor> v = List.copyOf(leaves(3).values());
    double sum =
        NtXent.loss(v.get(0), v.get(1), 0.5, true).item()
            + NtXent.loss(v.get(0), v.get(2), 0.5, true).item()
            + NtXent.loss(v.get(1), v.get(2), 0.5, true).item();
    assertThat(NtXent.overPairs(v, 0.5, true).item()).isCloseTo(sum / 3, within(1e-12));
  }

  @Test
  void shapesThatDoNotFitAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NtXent.loss(Tensor.zeros(2, 3), Tensor.zeros(3, 2), 0.5, true))
        .withMessage("NT-Xent needs two matrices [N, D] of one shape, got [2, 3] and [3, 2]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NtXent.oneDirectional(Tensor.zeros(2), Tensor.zeros(2), 0.5))
        .withMessage("NT-Xent needs two matrices [N, D] of one shape, got [2] and [2]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NtXent.loss(Tensor.zeros(0, 3), Tensor.zeros(0, 3), 0.5, true))
        .withMessage("NT-Xent needs at least one row, got [0, 3]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NtXent.overPairs(List.of(Tensor.zeros(2, 3)), 0.5, true))
        .withMessage("at least two views are needed, got 1");
  }

  private static double standard(double[][] a, double[][] b, double temperature, boolean cosine) {
    int n = a.length;
    double[][] z = new double[2 * n][];
    for (int i = 0; i < n; i++) {
      z[i] = cosine ? unit(a[i]) : a[i];
      z[n + i] = cosine ? unit(b[i]) : b[i];
    }
    double sum = 0;
    for (int i = 0; i < 2 * n; i++) {
      double all = 0;
      for (int k = 0; k < 2 * n; k++) {
        all += k == i ? 0 : Math.exp(dot(z[i], z[k]) / temperature);
      }
      sum += Math.log(all) - dot(z[i], z[(i + n) % (2 * n)]) / temperature;
    }
    return sum / (2 * n);
  }

  private static double oneDirectional(double[][] a, double[][] b, double temperature) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      double all = 0;
      double own = dot(unit(a[i]), unit(b[i]));
      for (int k = 0; k < a.length; k++) {
        double both = dot(unit(a[i]), unit(b[k])) + dot(unit(a[k]), unit(b[i]));
        all += Math.exp((k == i ? own : both) / temperature);
      }
      sum += Math.log(all) - own / temperature;
    }
    return sum / a.length;
  }

  private static double[] unit(double[] v) {
    double length = Math.sqrt(dot(v, v));
    double[] unit = v.clone();
    for (int i = 0; i < unit.length; i++) {
      unit[i] /= length;
    }
    return unit;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static Map<String, Tensor> leaves(int views) {
    Map<String, Tensor> leaves = new LinkedHashMap<>();
    for (int view = 0; view < views; view++) {
      leaves.put("z" + view, tensor(rows(4, "z" + view, 3, 4)).requiresGrad_(true));
    }
    return leaves;
  }

  private static double[][] rows(long seed, String name, int n, int d) {
    Keyed keyed = Keyed.of(seed).fold(name);
    double[][] rows = new double[n][d];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < d; j++) {
        rows[i][j] = 2 * keyed.uniform(i, j) - 1;
      }
    }
    return rows;
  }

  private static Tensor tensor(double[][] rows) {
    double[] values = new double[rows.length * rows[0].length];
    for (int i = 0; i < values.length; i++) {
      values[i] = rows[i / rows[0].length][i % rows[0].length];
    }
    return Tensor.of(values, rows.length, rows[0].length);
  }
}
