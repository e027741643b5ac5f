package io.diptych.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.diptych.nn.GradientCheck;
import io.diptych.objective.CrossCorrelation.Target;
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
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(Scoped.class)
final class CrossCorrelationTest {
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void agreesWithItsDefinitionWrittenOutInLoops(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int n = random.nextInt(2, 9);
    int d = random.nextInt(1, 7);
    double[][] a = standardized(random(seed, "a", n, d));
    double[][] b = standardized(random(seed, "b", n, d));
    double on = 0;
    double off = 0;
    for (int i = 0; i < d; i++) {
      for (int j = 0; j < d; j++) {
        double c = 0;
        for (int row = 0; row < n; row++) {
          c += a[row][i] * b[row][j] / n;
        }
        on += i == j ? (c - 1) * (c - 1) : 0;
        off += i == j ? 0 : c * c;
      }
    }
    Tensor c = correlation(random(seed, "a", n, d), random(seed, "b", n, d));
    assertThat(CrossCorrelation.onDiagonal(c).item()).isCloseTo(on, within(1e-12));
    assertThat(CrossCorrelation.offDiagonal(c).item()).isCloseTo(off, within(1e-12));
  }

  @Test
  void equalViewsCorrelateByLessThanOneBecauseTheDivisorsDiffer() {
    Tensor z = random(1, "a", 5, 3);
    assertThat(correlation(z, z).diagonal().sub(0.8).abs().max().item()).isLessThan(1e-12);
  }

  @Test
  void viewsMayBeSwappedAndImagesPermuted() {
    Tensor a = random(1, "a", 6, 4);
    Tensor b = random(1, "b", 6, 4);
    Tensor order = Tensor.of(Keyed.of(1).permutation(6), 6);
    double loss = loss(a, b);
    assertThat(loss(b, a)).isCloseTo(loss, within(1e-12));
    assertThat(loss(a.indexSelect(0, order), b.indexSelect(0, order)))
        .isCloseTo(loss, within(1e-12));
    assertThat(loss(a, b.indexSelect(0, order))).isNotCloseTo(loss, within(1e-3));
  }

  @Test
  void scaleAndOffsetOfAColumnDoNotMatter() {
    Tensor a = random(1, "a", 6, 4);
    Tensor b = random(1, "b", 6, 4);
    Tensor scale = Tensor.of(new double[] {3, 0.1, 1e4, 7}, 4);
    assertThat(loss(a.mul(scale).add(5), b)).isCloseTo(loss(a, b), within(1e-9));
  }

  @Test
  void perfectlyMixedRowsCostNothingAndOthersSomething() {
    Mixed mixed = new Mixed(7, 5);
    Tensor perfect = CrossCorrelation.mixture(mixed.first, mixed.partner, mixed.alpha);
    assertThat(mixed.loss(perfect, Target.FIRST_VIEW)).isZero();
    assertThat(mixed.loss(perfect, Target.SECOND_VIEW)).isGreaterThan(1e-3);
    assertThat(mixed.loss(mixed.mixed, Target.FIRST_VIEW)).isGreaterThan(1e-3);
    // Equal views make the two targets equal.
    assertThat(mixed.with(mixed.first).loss(mixed.mixed, Target.SECOND_VIEW))
        .isCloseTo(mixed.with(mixed.first).loss(mixed.mixed, Target.FIRST_VIEW), within(1e-12));
  }

  @ParameterizedTest
  @EnumSource(Target.class)
  void mixingAgreesWithTheFourMatricesOfThePaper(Target target) {
    Mixed mixed = new Mixed(6, 4);
    Tensor one = CrossCorrelation.of(mixed.first, mixed.first, 6);
    Tensor two = CrossCorrelation.of(mixed.first, mixed.second, 6);
    if (target == Target.SECOND_VIEW) {
      two = CrossCorrelation.of(mixed.second, mixed.second, 6);
    }
    double a = 0.3;
    Tensor wantedOne =
        one.mul(a).add(CrossCorrelation.of(mixed.partner, mixed.first, 6).mul(1 - a));
    Tensor wantedTwo =
        two.mul(a).add(CrossCorrelation.of(mixed.partner, mixed.second, 6).mul(1 - a));
    Tensor first = CrossCorrelation.of(mixed.mixed, mixed.first, 6).sub(wantedOne);
    Tensor second = CrossCorrelation.of(mixed.mixed, mixed.second, 6).sub(wantedTwo);
    assertThat(
            CrossCorrelation.mixing(
                    mixed.mixed,
                    mixed.first,
                    mixed.second,
                    mixed.partner,
                    Tensor.full(a, DType.FLOAT64, Device.CPU, 6),
                    6,
                    target)
                .item())
        .isCloseTo(first.square().sum().item() + second.square().sum().item(), within(1e-12));
  }

  @ParameterizedTest
  @EnumSource(Target.class)
  void itsGradientsAreThoseOfFiniteDifferences(Target target) {
    Map<String, Tensor> leaves = new LinkedHashMap<>();
    for (String name : List.of("a", "b", "m")) {
      leaves.put(name, random(4, name, 5, 3).requiresGrad_(true));
    }
    Tensor order = Tensor.of(Keyed.of(1).permutation(5), 5);
    Tensor alpha = Tensor.of(new double[] {0, 0.2, 0.5, 0.9, 1}, 5);
    GradientCheck.function(
        leaves,
        () -> {
          Tensor a = CrossCorrelation.standardize(leaves.get("a"));
          Tensor b = CrossCorrelation.standardize(leaves.get("b"));
          Tensor m = CrossCorrelation.standardize(leaves.get("m"));
          Tensor partner = CrossCorrelation.standardize(leaves.get("b").indexSelect(0, order));
          Tensor c = CrossCorrelation.of(a, b, 5);
          return CrossCorrelation.onDiagonal(c)
              .add(CrossCorrelation.offDiagonal(c).mul(0.1))
              .add(CrossCorrelation.mixing(m, a, b, partner, alpha, 5, target));
        });
  }

  @Test
  void aFeatureWithoutVarianceIsNoNumberAndCanBeNamed() {
    Tensor z = random(1, "a", 4, 3).copy();
    assertThat(CrossCorrelation.constantColumn(z)).isEqualTo(-1);
    z.select(1, 1).fill_(0);
    assertThat(CrossCorrelation.standardize(z).isFinite().all().item()).isZero();
    assertThat(CrossCorrelation.constantColumn(z)).isEqualTo(1);
    assertThat(CrossCorrelation.constantColumn(Tensor.zeros(4, 3))).isZero();
  }

  @Test
  void shapesThatDoNotFitAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CrossCorrelation.standardize(Tensor.zeros(1, 3)))
        .withMessage(
            "the correlation of columns needs a matrix [N, D] of at least two rows, got [1, 3]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CrossCorrelation.of(Tensor.zeros(2, 3), Tensor.zeros(2, 4), 2))
        .withMessage(
            "the cross-correlation needs two matrices [N, D] of one shape, got [2, 3] and [2, 4]");
    Tensor z = Tensor.ones(2, 3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CrossCorrelation.mixing(z, z, z, z, Tensor.ones(3), 2, Target.FIRST_VIEW))
        .withMessage("mixing needs one alpha for each of 2 rows, got [3]");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                CrossCorrelation.mixing(
                    Tensor.ones(3, 3), z, z, z, Tensor.ones(2), 2, Target.FIRST_VIEW))
        .withMessageContaining("[3, 3] and [2, 3]");
  }

  /** Standardised rows of two views and mixed images. */
  private static final class Mixed {
    final Tensor first;
    final Tensor second;
    final Tensor mixed;
    final Tensor partner;
    final Tensor alpha;

    Mixed(int n, int d) {
      this(
          CrossCorrelation.standardize(random(1, "a", n, d)),
          CrossCorrelation.standardize(random(1, "b", n, d)),
          CrossCorrelation.standardize(random(1, "m", n, d)));
    }

    private Mixed(Tensor first, Tensor second, Tensor mixed) {
      this.first = first;
      this.second = second;
      this.mixed = mixed;
      int n = (int) first.size(0);
      this.partner = second.indexSelect(0, Tensor.of(Keyed.of(1).permutation(n), n));
      this.alpha = Tensor.full(0.3, DType.FLOAT64, Device.CPU, n);
    }

    Mixed with(Tensor other) {
      return new Mixed(first, other, mixed);
    }

    double loss(Tensor rows, Target target) {
      return CrossCorrelation.mixing(rows, first, second, partner, alpha, first.size(0), target)
          .item();
    }
  }

  private static double loss(Tensor a, Tensor b) {
    Tensor c = correlation(a, b);
    return CrossCorrelation.onDiagonal(c).item() + 0.1 * CrossCorrelation.offDiagonal(c).item();
  }

  private static Tensor correlation(Tensor a, Tensor b) {
    return CrossCorrelation.of(
        CrossCorrelation.standardize(a), CrossCorrelation.standardize(b), a.size(0));
  }

  private static double[][] standardized(Tensor z) {
    int n = (int) z.size(0);
    int d = (int) z.size(1);
    double[] values = z.toDoubleArray();
    double[][] rows = new double[n][d];
    for (int j = 0; j < d; j++) {
      double mean = 0;
      double variance = 0;
      for (int i = 0; i < n; i++) {
        mean += values[i * d + j] / n;
      }
      for (int i = 0; i < n; i++) {
        variance += Math.pow(values[i * d + j] - mean, 2) / (n - 1);
      }
      for (int i = 0; i < n; i++) {
        rows[i][j] = (values[i * d + j] - mean) / Math.sqrt(variance);
      }
    }
    return rows;
  }

  private static Tensor random(long seed, String name, int n, int d) {
    return Keyed.of(seed).fold(name).normal(Tensor.arange((long) n * d, Device.CPU)).reshape(n, d);
  }
}
