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
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(Scoped.class)
final class NormalizedMseTest {
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void agreesWithItsDefinitionWrittenOutInLoops(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int n = random.nextInt(1, 9);
    int d = random.nextInt(1, 7);
    Tensor a = RandomRows.of(seed, "a", n, d);
    Tensor b = RandomRows.of(seed, "b", n, d);
    double unit = 0;
    double plain = 0;
    for (int i = 0; i < n; i++) {
      double[] x = RandomRows.arrays(a)[i];
      double[] y = RandomRows.arrays(b)[i];
      for (int j = 0; j < d; j++) {
        unit += Math.pow(x[j] / length(x) - y[j] / length(y), 2) / n;
        plain += Math.pow(x[j] - y[j], 2) / (n * d);
      }
    }
    assertThat(NormalizedMse.loss(a, b, true).item()).isCloseTo(unit, within(1e-12));
    assertThat(NormalizedMse.loss(a, b, false).item()).isCloseTo(plain, within(1e-12));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void viewsMayBeSwappedImagesPermutedAndBatchesSplit(boolean normalize) {
    Tensor a = RandomRows.of(1, "a", 6, 4);
    Tensor b = RandomRows.of(1, "b", 6, 4);
    double loss = NormalizedMse.loss(a, b, normalize).item();
    assertThat(NormalizedMse.loss(b, a, normalize).item()).isCloseTo(loss, within(1e-12));
    Tensor order = Tensor.of(Keyed.of(1).permutation(6), 6);
    Tensor c = a.indexSelect(0, order);
    Tensor d = b.indexSelect(0, order);
    assertThat(NormalizedMse.loss(c, d, normalize).item()).isCloseTo(loss, within(1e-12));
    assertThat(NormalizedMse.loss(a, d, normalize).item()).isNotCloseTo(loss, within(1e-3));
    double halves =
        NormalizedMse.loss(a.narrow(0, 0, 3), b.narrow(0, 0, 3), normalize).item()
            + NormalizedMse.loss(a.narrow(0, 3, 3), b.narrow(0, 3, 3), normalize).item();
    assertThat(halves / 2).isCloseTo(loss, within(1e-12));
  }

  @Test
  void lengthsDoNotMatterWithNormalisationAndDoWithout() {
    Tensor a = RandomRows.of(1, "a", 6, 4);
    Tensor b = RandomRows.of(1, "b", 6, 4);
    assertThat(NormalizedMse.loss(a.mul(1000), b.mul(0.01), true).item())
        .isCloseTo(NormalizedMse.loss(a, b, true).item(), within(1e-12));
    assertThat(NormalizedMse.loss(a.mul(2), b, false).item())
        .isNotCloseTo(NormalizedMse.loss(a, b, false).item(), within(1e-3));
  }

  @Test
  void goesFromZeroForOneDirectionToFourForOppositeOnes() {
    Tensor a = RandomRows.of(1, "a", 1, 4);
    assertThat(NormalizedMse.loss(a, a.mul(3), true).item()).isCloseTo(0, within(1e-12));
    assertThat(NormalizedMse.loss(a, a.neg(), true).item()).isCloseTo(4, within(1e-12));
  }

  @ParameterizedTest
  @ValueSource(strings = {"FLOAT32", "FLOAT64"})
  void zeroAndIdenticalRowsGiveFiniteLossesAndGradients(DType dtype) {
    for (double value : new double[] {0, 1e-30, 1, 1e15}) {
      Tensor a = Tensor.full(value, dtype, Device.CPU, 4, 3).requiresGrad_(true);
      Tensor b = Tensor.full(1, dtype, Device.CPU, 4, 3);
      Tensor loss = NormalizedMse.loss(a, b, true);
      loss.backward();
      // Rows too short to have a direction are as far as orthogonal ones.
      assertThat(loss.item())
          .as("rows of %s", value)
          .isCloseTo(value < 1e-12 ? 2 : 0, within(1e-5));
      assertThat(a.grad().isFinite().all().item()).as("gradient at %s", value).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void itsGradientsAreThoseOfFiniteDifferences(boolean normalize) {
    Map<String, Tensor> leaves = RandomRows.leaves(3, 2, 3, 4);
    List<Tensor> views = List.copyOf(leaves.values());
    GradientCheck.function(leaves, () -> NormalizedMse.loss(views.get(0), views.get(1), normalize));
    Tensor target = RandomRows.of(3, "target", 3, 4);
    GradientCheck.function(
        leaves, () -> NormalizedMse.acrossViews(views, List.of(target, target), normalize));
  }

  @Test
  void predictionsMeetTheTargetsOfTheOtherViewsOnly() {
    List<Tensor> p = List.copyOf(RandomRows.leaves(1, 3, 5, 4).values());
    List<Tensor> t = List.copyOf(RandomRows.leaves(2, 3, 5, 4).values());
    double sum = 0;
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        sum += i == j ? 0 : NormalizedMse.loss(p.get(i), t.get(j), true).item();
      }
    }
    Tensor loss = NormalizedMse.acrossViews(p, t, true);
    assertThat(loss.item()).isCloseTo(sum / 3, within(1e-12));
    loss.backward();
    assertThat(p).allSatisfy(prediction -> assertThat(prediction.grad()).isNotNull());
    assertThat(t).allSatisfy(target -> assertThat(target.grad()).isNull());
  }

  @Test
  void shapesThatDoNotFitAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NormalizedMse.loss(Tensor.zeros(2, 3), Tensor.zeros(3, 2), true))
        .withMessage(
            "the squared error needs two matrices [N, D] of one shape, got [2, 3] and [3, 2]");
    Tensor rows = Tensor.zeros(2, 3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NormalizedMse.acrossViews(List.of(rows, rows), List.of(rows), true))
        .withMessage("each view has a prediction and a target, got 2 and 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NormalizedMse.acrossViews(List.of(rows), List.of(rows), true))
        .withMessage("at least two views are needed, got 1");
  }

  private static double length(double[] v) {
    double sum = 0;
    for (double x : v) {
      sum += x * x;
    }
    return Math.sqrt(sum);
  }
}
