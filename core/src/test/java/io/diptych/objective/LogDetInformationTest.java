package io.diptych.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.diptych.nn.GradientCheck;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Linalg;
import io.diptych.tensor.NotPositiveDefiniteException;
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
final class LogDetInformationTest {
  private static final double EPSILON = 1e-8;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void theGradientOfTheSpreadHasItsClosedForm(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    long n = random.nextInt(1, 9);
    long d = random.nextInt(1, 7);
    double covarianceMemory = random.nextDouble(0.05, 0.9);
    double meanMemory = random.nextDouble();
    Tensor z = RandomRows.of(seed, n, d).requiresGrad_(true);
    RunningMoments next =
        RunningMoments.initial(d, 1, Device.CPU).next(z, covarianceMemory, meanMemory);
    LogDetInformation.spread(List.of(next.covariance()), EPSILON).backward();

    // A = (R + εI)⁻¹ and G = −2(1 − λ_R)/(N·D) · ẑA give G − (1 − λ_μ) · column means of G.
    Tensor inverse =
        Linalg.inv(
            next.covariance().detach().add(Tensor.eye(d, DType.FLOAT64, Device.CPU).mul(EPSILON)));
    Tensor direct =
        z.detach()
            .sub(next.mean().detach())
            .matmul(inverse)
            .mul(-2 * (1 - covarianceMemory) / (n * d));
    Tensor expected = direct.sub(direct.meanKeep(0).mul(1 - meanMemory));
    assertThat(z.grad().sub(expected).abs().max().item()).isLessThan(1e-12);
  }

  @Test
  void theGradientOfTheAttractionIsTheDifferenceOfTheViews() {
    Tensor z1 = RandomRows.of(1, 4, 3).requiresGrad_(true);
    Tensor z2 = RandomRows.of(2, 4, 3).requiresGrad_(true);
    LogDetInformation.attraction(z1, z2).backward();
    Tensor expected = z1.detach().sub(z2.detach()).mul(2.0 / 12);
    assertThat(z1.grad().sub(expected).abs().max().item()).isLessThan(1e-15);
    assertThat(z2.grad().add(expected).abs().max().item()).isLessThan(1e-15);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void gradientsAreThoseOfFiniteDifferences(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    long n = random.nextInt(1, 8);
    long d = random.nextInt(1, 6);
    Tensor z1 = RandomRows.of(seed, n, d).requiresGrad_(true);
    Tensor z2 = RandomRows.of(seed + 100, n, d).requiresGrad_(true);
    Map<String, Tensor> leaves = Map.of("z1", z1, "z2", z2);
    RunningMoments start = RunningMoments.initial(d, 1, Device.CPU);
    GradientCheck.function(
        leaves,
        () ->
            LogDetInformation.spread(
                List.of(
                    start.next(z1, 0.3, 0.2).covariance(), start.next(z2, 0.3, 0.2).covariance()),
                1e-3));
    GradientCheck.function(leaves, () -> LogDetInformation.attraction(z1, z2));
    GradientCheck.function(
        leaves, () -> LogDetInformation.negative(joint(d).next(z1, z2, 0.3, 0.2), 1e-3, 1e-2));
  }

  @Test
  void viewsMayBeSwappedAndImagesPermuted() {
    Tensor z1 = RandomRows.of(1, 9, 4);
    Tensor z2 = RandomRows.of(2, 9, 4).add(z1);
    Tensor order = Tensor.of(Keyed.of(1).permutation(9), 9);
    Tensor p1 = z1.indexSelect(0, order);
    Tensor p2 = z2.indexSelect(0, order);
    double attraction = LogDetInformation.attraction(z1, z2).item();
    assertThat(LogDetInformation.attraction(z2, z1).item()).isEqualTo(attraction);
    assertThat(LogDetInformation.attraction(p1, p2).item()).isCloseTo(attraction, within(1e-14));
    double information = information(z1, z2);
    assertThat(information(z2, z1)).isCloseTo(information, within(1e-12));
    assertThat(information(p1, p2)).isCloseTo(information, within(1e-12));
    assertThat(information(z1, p2)).isNotCloseTo(information, within(1e-3));
  }

  @Test
  void informationGrowsWithTheRelationAndDoesNotAskForItsScale() {
    Tensor z = RandomRows.of(1, 200, 4);
    Tensor noise = RandomRows.of(2, 200, 4);
    double related = information(z, z.add(noise.mul(0.1)));
    double loose = information(z, z.add(noise));
    double unrelated = information(z, noise);
    assertThat(unrelated).isBetween(0.0, 0.2);
    assertThat(loose).isGreaterThan(unrelated + 0.2);
    assertThat(related).isGreaterThan(loose + 1);
    Tensor map = RandomRows.of(3, 4, 4);
    assertThat(information(z.matmul(map), z.add(noise).mul(50))).isCloseTo(loose, within(1e-6));
  }

  @Test
  void theSpreadRisesWithTheLogarithmOfTheScale() {
    Tensor z = RandomRows.of(1, 30, 4);
    double spread = spread(z, 0, 0);
    assertThat(spread(z.mul(10), 0, 0)).isCloseTo(spread - 2 * Math.log(10), within(1e-9));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1, -1e6})
  void collapsedRowsAreSpreadOnlyByTheMemory(double value) {
    Tensor rows = Tensor.full(value, DType.FLOAT64, Device.CPU, 5, 3).requiresGrad_(true);
    RunningMoments next = RunningMoments.initial(3, 1, Device.CPU).next(rows, 0.01, 0);
    Tensor loss = LogDetInformation.spread(List.of(next.covariance()), EPSILON);
    loss.backward();
    assertThat(loss.item()).isCloseTo(-Math.log(0.01 + EPSILON), within(1e-9));
    assertThat(rows.grad().abs().max().item()).isZero();
    assertThatExceptionOfType(NotPositiveDefiniteException.class)
        .isThrownBy(() -> spread(rows.detach(), 0, 0))
        .withMessageStartingWith("the covariance (3 x 3) is singular: with epsilon 0.0");
  }

  @Test
  void oneRowHasASpreadWithMemory() {
    assertThat(spread(RandomRows.of(1, 1, 3), 0.01, 0)).isCloseTo(-Math.log(0.01), within(1e-9));
  }

  @Test
  void fewerRowsThanColumnsNeedEpsilonOrMemory() {
    Tensor z = RandomRows.of(1, 3, 8);
    assertThatExceptionOfType(NotPositiveDefiniteException.class)
        .isThrownBy(() -> spread(z, 0, 0))
        .withMessageContaining("8 x 8")
        .withMessageContaining("raise epsilon");
    assertThat(spread(z, 0.01, 0)).isFinite();
    assertThat(spread(z, 0, 1e-6)).isFinite();
  }

  @Test
  void shapesThatDoNotFitAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LogDetInformation.attraction(Tensor.zeros(2, 3), Tensor.zeros(3, 3)))
        .withMessage("attraction needs two matrices [N, D] of one shape, got [2, 3] and [3, 3]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> joint(3).next(Tensor.zeros(2, 3), Tensor.zeros(3, 3), 0.1, 0.1))
        .withMessageStartingWith("mutual information needs two matrices");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> joint(3).next(Tensor.zeros(2, 4), Tensor.zeros(2, 4), 0.1, 0.1))
        .withMessage("running moments of width 3 take rows [N, 3], got [2, 4]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LogDetInformation.spread(List.of(), 0.1))
        .withMessage("at least one covariance is needed");
  }

  private static double spread(Tensor z, double memory, double epsilon) {
    RunningMoments start = RunningMoments.initial(z.size(1), 1, Device.CPU);
    return LogDetInformation.spread(List.of(start.next(z, memory, 0).covariance()), epsilon).item();
  }

  /** Returns the information of one batch alone, centred by zero. */
  private static double information(Tensor z1, Tensor z2) {
    return -LogDetInformation.negative(joint(z1.size(1)).next(z1, z2, 0, 0), 0, 0).item();
  }

  private static LogDetInformation.Joint joint(long d) {
    RunningMoments start = RunningMoments.initial(d, 1, Device.CPU);
    return new LogDetInformation.Joint(start, start, Tensor.zeros(DType.FLOAT64, Device.CPU, d, d));
  }
}
