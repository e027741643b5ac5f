package io.diptych.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.diptych.nn.GradientCheck;
import io.diptych.objective.InvariancePropagation.Exclude;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scoped;
import io.diptych.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(Scoped.class)
final class InvariancePropagationTest {
  private static final int IMAGES = 30;

  @ParameterizedTest
  @EnumSource
  void agreesWithItsDefinitionWrittenOutInLoops(Exclude exclude) {
    for (long seed = 1; seed <= 12; seed++) {
      boolean hardest = seed % 2 == 0;
      int background = seed % 3 == 0 ? IMAGES : 9;
      Tensor rows = matrix(seed, "rows", 4);
      Tensor bank = matrix(seed, "bank", IMAGES);
      long[] own = Arrays.copyOf(Keyed.of(seed).permutation(IMAGES), 4);
      Tensor index = Tensor.of(own, 4);
      Tensor reached = reached(seed);
      Tensor l = rows.normalize(1).div(0.3).matmul(bank.t());
      double expected = 0;
      for (int i = 0; i < 4; i++) {
        double[] e = l.select(0, i).exp().toDoubleArray();
        double[] sorted = Arrays.stream(e).sorted().toArray();
        double[] near =
            Arrays.stream(reached.select(0, i).toLongArray())
                .mapToDouble(image -> e[(int) image])
                .sorted()
                .toArray();
        double all = Arrays.stream(near).sum();
        double top = Arrays.stream(sorted).skip(IMAGES - background).sum();
        double positives = Arrays.stream(near).skip(hardest ? 0 : near.length - 3).limit(3).sum();
        double rest =
            switch (exclude) {
              case NONE -> top;
              case SELF -> top - e[(int) own[i]];
              case EASY_POSITIVES -> top - e[(int) own[i]] - all + positives;
            };
        if (rest <= 0) {
          rest = 1e-7 * (top - e[(int) own[i]]);
        }
        expected -= Math.log(positives / rest + 1e-7) / 4;
      }
      Tensor loss =
          InvariancePropagation.loss(
              BankSimilarity.of(rows, bank, index, 0.3), reached, 3, hardest, background, exclude);
      assertThat(loss.item()).as("seed %d", seed).isCloseTo(expected, within(1e-6));
    }
  }

  @ParameterizedTest
  @EnumSource
  void itsGradientsAreThoseOfFiniteDifferences(Exclude exclude) {
    Tensor rows = matrix(5, "rows", 4).requiresGrad_(true);
    Tensor bank = matrix(5, "bank", IMAGES);
    Tensor index = Tensor.of(Arrays.copyOf(Keyed.of(5).permutation(IMAGES), 4), 4);
    GradientCheck.function(
        Map.of("rows", rows),
        () ->
            InvariancePropagation.loss(
                BankSimilarity.of(rows, bank, index, 0.3), reached(5), 3, true, IMAGES, exclude));
  }

  @ParameterizedTest
  @EnumSource
  void anOwnImageThatIsNearlyAllOfTheSumLeavesANumber(Exclude exclude) {
    // In single precision the sum of all minus the own image would be 0.
    Tensor bank = matrix(1, "bank", IMAGES).normalize(1).to(DType.FLOAT32);
    Tensor index = Tensor.of(new long[] {3, 7}, 2);
    Tensor rows = bank.indexSelect(0, index).copy().requiresGrad_(true);
    for (double temperature : new double[] {0.07, 0.01, 0.001}) {
      rows.clearGrad();
      Tensor reached = Tensor.of(new long[] {3, 4, 3, 5, 8, 7, 9, 7}, 2, 4);
      Tensor loss =
          InvariancePropagation.loss(
              BankSimilarity.of(rows, bank, index, temperature), reached, 2, true, 9, exclude);
      loss.backward();
      assertThat(loss.isFinite().item()).isEqualTo(1);
      assertThat(rows.grad().isFinite().all().item()).isEqualTo(1);
    }
  }

  @Test
  void neighboursAreTheNearestOtherImages() {
    Tensor bank = Tensor.of(new double[] {1, 0, 0.9, 0, 0.8, 0, 0.7, 0, -1, 0}, 5, 2);
    Tensor rows = Tensor.of(new double[] {2, 0, 3, 0, 4, 0}, 3, 2);
    Tensor near =
        InvariancePropagation.neighbours(
            BankSimilarity.of(rows, bank, Tensor.of(new long[] {0, 1, 4}, 3), 1), 2);
    // The own image gives its place to the next one; the third row's is not among the nearest.
    assertThat(near.toLongArray()).containsExactly(2, 1, 0, 2, 0, 1);
  }

  @Test
  void neighboursAreFollowedBreadthFirstWithRepetitions() {
    Tensor table = Tensor.of(new long[] {1, 2, 0, 2, 0, 1}, 3, 2);
    Tensor start = Tensor.of(new long[] {0, 2}, 2);
    assertThat(InvariancePropagation.propagate(table, start, 1).toLongArray())
        .containsExactly(1, 2, 0, 1);
    assertThat(InvariancePropagation.propagate(table, start, 2).toLongArray())
        .containsExactly(1, 2, 0, 2, 0, 1, 0, 1, 1, 2, 0, 2);
  }

  @Test
  void aBackgroundOfOneImageIsRefused() {
    Tensor index = Tensor.of(new long[] {0}, 1);
    BankSimilarity l = BankSimilarity.of(Tensor.ones(1, 2), Tensor.ones(4, 2), index, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> InvariancePropagation.loss(l, index.unsqueeze(1), 1, true, 1, Exclude.SELF))
        .withMessageContaining("at least the 2 nearest images, got 1");
  }

  private static Tensor matrix(long seed, String name, int rows) {
    return Keyed.of(seed).fold(name).normal(Tensor.arange(rows * 5L, Device.CPU)).reshape(rows, 5);
  }

  private static Tensor reached(long seed) {
    long[] images = new long[4 * 6];
    for (int i = 0; i < images.length; i++) {
      images[i] = Math.floorMod(Keyed.of(seed).bits(i, 1), IMAGES);
    }
    return Tensor.of(images, 4, 6);
  }
}
