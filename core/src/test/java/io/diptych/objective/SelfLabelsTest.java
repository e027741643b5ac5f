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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(Scoped.class)
final class SelfLabelsTest {
  /** Probabilities .9, .6 and .5 of classes 0, 1 and 2 in one view, .7, .8 and .5 in the other. */
  private static final Tensor FIRST = logits(0.9, 0.05, 0.05, 0.2, 0.6, 0.2, 0.25, 0.25, 0.5);

  private static final Tensor SECOND = logits(0.7, 0.15, 0.15, 0.1, 0.1, 0.8, 0.5, 0.25, 0.25);

  @Test
  void theMoreConfidentViewNamesTheClassAndTheSecondOneOfEqualOnes() {
    SelfLabels labels = SelfLabels.of(FIRST, SECOND, 1, 0, 0.7);
    assertThat(labels.second().toLongArray()).containsExactly(0, 1, 1);
    assertThat(labels.target().toLongArray()).containsExactly(0, 2, 0);
    assertThat(labels.mask().toLongArray()).containsExactly(1, 1, 0);
    assertThat(labels.threshold().item()).isEqualTo(0.7);
    assertThat(labels.fraction().item()).isCloseTo(2 / 3.0, within(1e-12));
  }

  @ParameterizedTest
  @CsvSource({"0.1, 0.9, 0", "0.34, 0.8, 1", "0.67, 0.5, 2", "1, 0.5, 2"})
  void theQuantileCountsFromTheMostConfidentAndTheThresholdMustBeExceeded(
      double quantile, double threshold, int confident) {
    SelfLabels labels = SelfLabels.of(FIRST, SECOND, 1, quantile, 0.99);
    assertThat(labels.threshold().item()).isCloseTo(threshold, within(1e-12));
    assertThat(labels.mask().to(DType.INT64).sum().item()).isEqualTo(confident);
  }

  @Test
  void theTemperatureDecidesTheThresholdButNotTheMask() {
    SelfLabels labels = SelfLabels.of(FIRST, SECOND, 0.5, 0.34, 0);
    assertThat(labels.threshold().item()).isCloseTo(0.64 / 0.66, within(1e-12));
    assertThat(labels.fraction().item()).isCloseTo(1 / 3.0, within(1e-12));
    assertThat(labels.mask().any().item()).isZero();
  }

  @Test
  void theOtherGlobalViewAndAllLocalOnesLearnTheLabels() {
    Tensor local = logits(0.3, 0.3, 0.4, 0.2, 0.2, 0.6, 0.1, 0.1, 0.8);
    SelfLabels labels = SelfLabels.of(FIRST, SECOND, 1, 0, 0.75);
    // Samples 0 and 1 count; their classes are 0 (named by the first view) and 2 (by the second).
    double other = -(Math.log(0.7) + Math.log(0.2)) / 2;
    double ofLocal = -(Math.log(0.3) + Math.log(0.6)) / 2;
    assertThat(labels.loss(List.of(FIRST, SECOND), false).item()).isCloseTo(other, within(1e-12));
    assertThat(labels.loss(List.of(FIRST, SECOND, local), false).item())
        .isCloseTo((other + ofLocal) / 2, within(1e-12));
  }

  @Test
  void samplesMayBePermuted() {
    Tensor order = Tensor.of(new long[] {2, 0, 1}, 3);
    List<Tensor> views = List.of(FIRST, SECOND);
    List<Tensor> permuted = views.stream().map(view -> view.indexSelect(0, order)).toList();
    for (boolean balanced : new boolean[] {true, false}) {
      assertThat(loss(permuted, balanced).item())
          .isCloseTo(loss(views, balanced).item(), within(1e-12));
    }
  }

  @Test
  void balancedClassesWeighTheSame() {
    Tensor logits = logits(0.5, 0.3, 0.2, 0.6, 0.3, 0.1, 0.1, 0.7, 0.2);
    Tensor target = Tensor.of(new long[] {0, 0, 1}, 3);
    Tensor all = Tensor.ones(3).gt(0);
    double ofZero = -(Math.log(0.5) + Math.log(0.6)) / 2;
    assertThat(SelfLabels.crossEntropy(logits, target, all, true).item())
        .isCloseTo((ofZero - Math.log(0.7)) / 2, within(1e-12));
    assertThat(SelfLabels.crossEntropy(logits, target, all, false).item())
        .isCloseTo((2 * ofZero - Math.log(0.7)) / 3, within(1e-12));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anEmptyMaskIsNoLossAndNoGradient(boolean balanced) {
    Tensor strong = SECOND.copy().requiresGrad_(true);
    Tensor none = Tensor.zeros(3).gt(0);
    Tensor loss =
        SelfLabels.crossEntropy(strong, Tensor.of(new long[] {0, 1, 2}, 3), none, balanced);
    loss.backward();
    assertThat(loss.item()).isZero();
    assertThat(strong.grad().abs().max().item()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void itsGradientsAreThoseOfFiniteDifferencesWithLabelsAsConstants(boolean balanced) {
    Map<String, Tensor> leaves = new LinkedHashMap<>();
    for (int view = 0; view < 4; view++) {
      Tensor counters = Tensor.arange(15, Device.CPU);
      leaves.put(
          "z" + view, Keyed.of(view).normal(counters).reshape(5, 3).copy().requiresGrad_(true));
    }
    List<Tensor> views = List.copyOf(leaves.values());
    SelfLabels labels = SelfLabels.of(views.get(0), views.get(1), 1, 0.6, 0);
    GradientCheck.function(leaves, () -> labels.loss(views, balanced));
  }

  @Test
  void noGradientFlowsThroughTheLabels() {
    Tensor first = FIRST.copy().requiresGrad_(true);
    Tensor second = SECOND.copy().requiresGrad_(true);
    SelfLabels.of(first, second, 1, 0, 0.75).loss(List.of(first, second), false).backward();
    // Rows 0 of the first and 1 of the second view name the class, rows 2 are not confident.
    assertThat(learns(first)).containsExactly(0, 1, 0);
    assertThat(learns(second)).containsExactly(1, 0, 0);
  }

  @Test
  void oneSampleAndIdenticalOnesHaveNobodyAboveTheirQuantile() {
    for (int rows : new int[] {1, 4}) {
      Tensor same = Tensor.zeros(rows, 3).requiresGrad_(true);
      SelfLabels labels = SelfLabels.of(same, same, 1, 0.5, 0);
      Tensor loss = labels.loss(List.of(same, same), false);
      loss.backward();
      assertThat(labels.fraction().item()).isZero();
      assertThat(loss.item()).isZero();
      assertThat(same.grad().isFinite().all().item()).isEqualTo(1);
    }
  }

  @Test
  void viewsThatDoNotFitAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SelfLabels.of(Tensor.zeros(2, 3), Tensor.zeros(3, 3), 1, 0.5, 0))
        .withMessage(
            "self-labelling needs two matrices [N, D] of one shape, got [2, 3] and [3, 3]");
    SelfLabels labels = SelfLabels.of(FIRST, SECOND, 1, 0.5, 0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> labels.loss(List.of(FIRST), false))
        .withMessage("self-labelling needs two global views or more, got 1");
  }

  private static Tensor loss(List<Tensor> views, boolean balanced) {
    return SelfLabels.of(views.get(0), views.get(1), 1, 0.67, 0).loss(views, balanced);
  }

  private static long[] learns(Tensor logits) {
    return logits.grad().abs().sum(1).gt(0).to(DType.INT64).toLongArray();
  }

  private static Tensor logits(double... probabilities) {
    return Tensor.of(probabilities, 3, 3).log();
  }
}
