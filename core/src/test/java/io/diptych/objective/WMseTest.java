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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(Scoped.class)
final class WMseTest {
  private static final WMse.Form FORM = new WMse.Form(4, 0.01, true);

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void isTheMeanOverPermutationsSlicesAndPairsOfViews(boolean normalize) {
    List<Tensor> views = List.copyOf(RandomRows.leaves(1, 3, 12, 3).values());
    Tensor permutations = permutations(12, 2);
    double sum = 0;
    for (int time = 0; time < 2; time++) {
      for (int slice = 0; slice < 3; slice++) {
        Tensor rows = permutations.select(0, time).narrow(0, 4 * slice, 4);
        for (int i = 0; i < 3; i++) {
          for (int j = i + 1; j < 3; j++) {
            Tensor a = Whitening.rows(views.get(i).indexSelect(0, rows), 0.01);
            Tensor b = Whitening.rows(views.get(j).indexSelect(0, rows), 0.01);
            sum += NormalizedMse.loss(a, b, normalize).item();
          }
        }
      }
    }
    WMse.Form form = new WMse.Form(4, 0.01, normalize);
    assertThat(WMse.loss(views, permutations, form).item()).isCloseTo(sum / 18, within(1e-12));
  }

  @Test
  void viewsMayBeSwappedAndOnlyTheSlicesSeeTheOrderOfImages() {
    List<Tensor> views = List.copyOf(RandomRows.leaves(1, 2, 12, 3).values());
    Tensor permutation = permutations(12, 1);
    double loss = WMse.loss(views, permutation, FORM).item();
    assertThat(WMse.loss(List.of(views.get(1), views.get(0)), permutation, FORM).item())
        .isCloseTo(loss, within(1e-12));
    Tensor order = Tensor.of(Keyed.of(9).permutation(12), 12);
    List<Tensor> shuffled = views.stream().map(view -> view.indexSelect(0, order)).toList();
    assertThat(WMse.loss(shuffled, permutation, FORM).item()).isNotCloseTo(loss, within(1e-3));
    WMse.Form whole = new WMse.Form(12, 0.01, true);
    assertThat(WMse.loss(shuffled, permutation, whole).item())
        .isCloseTo(WMse.loss(views, permutation, whole).item(), within(1e-12));
  }

  @Test
  void withoutEpsilonScalesDoNotMatter() {
    List<Tensor> views = List.copyOf(RandomRows.leaves(1, 2, 12, 3).values());
    List<Tensor> scaled = List.of(views.get(0).mul(1000), views.get(1).mul(0.01).add(5));
    WMse.Form form = new WMse.Form(6, 0, true);
    Tensor permutation = permutations(12, 1);
    assertThat(WMse.loss(scaled, permutation, form).item())
        .isCloseTo(WMse.loss(views, permutation, form).item(), within(1e-9));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void itsGradientsAreThoseOfFiniteDifferences(boolean normalize) {
    Map<String, Tensor> leaves = RandomRows.leaves(5, 3, 8, 2);
    List<Tensor> views = List.copyOf(leaves.values());
    Tensor permutations = permutations(8, 2);
    WMse.Form form = new WMse.Form(4, 0.01, normalize);
    GradientCheck.function(leaves, () -> WMse.loss(views, permutations, form));
  }

  @Test
  void collapsedEmbeddingsGiveAFiniteLossAndGradientWithEpsilon() {
    for (double value : new double[] {0, 3}) {
      Tensor a = Tensor.full(value, DType.FLOAT32, Device.CPU, 8, 3).requiresGrad_(true);
      Tensor loss = WMse.loss(List.of(a, a.mul(2)), permutations(8, 1), FORM);
      loss.backward();
      assertThat(loss.item()).isEqualTo(2);
      assertThat(a.grad().isFinite().all().item()).isEqualTo(1);
    }
  }

  @Test
  void whatCannotBeCutOrWhitenedIsRefusedWithSizesAndRemedy() {
    List<Tensor> views = List.copyOf(RandomRows.leaves(1, 2, 12, 4).values());
    Tensor permutation = permutations(12, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WMse.loss(views, permutation, new WMse.Form(5, 0.01, true)))
        .withMessage(
            "W-MSE cannot cut a batch of 12 into slices of 5: take a batch that is a multiple of"
                + " the slice");
    assertThatExceptionOfType(NotPositiveDefiniteException.class)
        .isThrownBy(() -> WMse.loss(views, permutation, new WMse.Form(4, 0, true)))
        .withMessageContaining("a slice of 4 rows of dimension 4 with epsilon 0.0")
        .withMessageContaining("raise epsilon, or take slices of more rows than the dimension");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WMse.loss(views, permutations(8, 1), FORM))
        .withMessage("W-MSE of 12 rows needs permutations [I, 12], got [1, 8]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WMse.loss(views.subList(0, 1), permutation, FORM))
        .withMessage("at least two views are needed, got 1");
    List<Tensor> uneven = List.of(views.get(0), Tensor.zeros(12, 3));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WMse.loss(uneven, permutation, FORM))
        .withMessage("W-MSE needs two matrices [N, D] of one shape, got [12, 4] and [12, 3]");
  }

  private static Tensor permutations(int n, int times) {
    List<Tensor> all = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      all.add(Tensor.of(Keyed.of(7).fold(i).permutation(n), n));
    }
    return Tensor.stack(all, 0);
  }
}
