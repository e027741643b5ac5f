package io.diptych.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.diptych.nn.GradientCheck;
import io.diptych.objective.Contrastive.Anchors;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scoped;
import io.diptych.tensor.Tensor;
import java.util.ArrayList;
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
final class ContrastiveTest {
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void agreesWithItsDefinitionWrittenOutInLoops(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int samples = random.nextInt(2, 7);
    int views = random.nextInt(1, 4);
    int columns = random.nextInt(2, 4);
    int d = random.nextInt(1, 6);
    double temperature = random.nextDouble(0.05, 2);
    double base = random.nextDouble(0.05, 2);
    List<Tensor> rows = columns(seed, columns, samples * views, d);
    long[] labels = random.longs(samples, 0, 3).toArray();
    double[][] same = new double[samples][samples];
    double[][] weights = new double[samples][samples];
    double[][] self = new double[samples][samples];
    for (int i = 0; i < samples; i++) {
      self[i][i] = 1;
      for (int j = 0; j < samples; j++) {
        same[i][j] = labels[i] == labels[j] ? 1 : 0;
        weights[i][j] = i == j ? 0.5 : random.nextDouble();
      }
    }
    Map<double[][], Positives> relations = new LinkedHashMap<>();
    relations.put(same, Positives.sameClass(Tensor.of(labels, samples), 3));
    relations.put(self, Positives.sameSample(samples, Device.CPU));
    relations.put(weights, Positives.of(matrix(weights)));
    relations.forEach(
        (relation, positives) -> {
          for (Anchors anchors : Anchors.values()) {
            Positives relevant = positives.inViews(views);
            assertThat(Contrastive.loss(rows, relevant, anchors, temperature, base).item())
                .isCloseTo(loops(rows, relation, anchors, temperature, base), within(1e-9));
          }
        });
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void lonelyAnchorsDropOutButStayNegatives(long seed) {
    List<Tensor> rows = columns(seed, 1, 6, 4);
    long[] labels = {7, 1, 1, 5, 7, 7};
    double[][] same = new double[6][6];
    for (int i = 0; i < 6; i++) {
      for (int j = 0; j < 6; j++) {
        same[i][j] = labels[i] == labels[j] ? 1 : 0;
      }
    }
    Positives positives = Positives.sameClass(Tensor.of(labels, 6), 8);
    assertThat(Contrastive.loss(rows, positives.droppingLonely(), Anchors.ALL, 0.3, 0.07).item())
        .isCloseTo(loops(rows, same, Anchors.ALL, 0.3, 0.07), within(1e-10));
  }

  @Test
  void withoutLabelsTwoViewsGiveNtXentTimesTheRatioOfTheTemperatures() {
    Tensor a = columns(1, 1, 5, 4).get(0);
    Tensor b = columns(2, 1, 5, 4).get(0);
    double expected = NtXent.loss(a, b, 0.3, false).item() * 0.3 / 0.07;
    Positives itself = Positives.sameSample(5, Device.CPU).inViews(2);
    Positives alone = Positives.sameClass(Tensor.arange(5, Device.CPU), 5).inViews(2);
    for (Positives positives : List.of(itself, alone)) {
      Tensor rows = Tensor.cat(List.of(a, b), 0);
      assertThat(Contrastive.loss(List.of(rows), positives, Anchors.ALL, 0.3, 0.07).item())
          .isCloseTo(expected, within(1e-12));
    }
  }

  @Test
  void columnsAndViewsMayBeSwappedAndSamplesPermuted() {
    List<Tensor> rows = columns(1, 2, 6, 4);
    Tensor labels = Tensor.of(new long[] {0, 1, 0, 2, 1, 3}, 6);
    Tensor order = Tensor.of(Keyed.of(1).permutation(6), 6);
    double loss = classes(rows, labels);
    assertThat(classes(List.of(rows.get(1), rows.get(0)), labels)).isCloseTo(loss, within(1e-12));
    List<Tensor> permuted = rows.stream().map(column -> column.indexSelect(0, order)).toList();
    assertThat(classes(permuted, labels.indexSelect(0, order))).isCloseTo(loss, within(1e-12));
    assertThat(classes(permuted, labels)).isNotCloseTo(loss, within(1e-4));
    Tensor halves = Tensor.cat(rows, 0);
    Positives twice = Positives.sameClass(labels, 4).inViews(2);
    assertThat(Contrastive.loss(List.of(halves), twice, Anchors.ALL, 0.2, 0.07).item())
        .isCloseTo(loss, within(1e-12));
  }

  @ParameterizedTest
  @EnumSource(Anchors.class)
  void gradientsAreThoseOfFiniteDifferences(Anchors anchors) {
    Map<String, Tensor> leaves = new LinkedHashMap<>();
    List<Tensor> rows = columns(3, 3, 4, 3);
    for (int i = 0; i < rows.size(); i++) {
      leaves.put("column" + i, rows.get(i).requiresGrad_(true));
    }
    Positives positives = Positives.sameClass(Tensor.of(new long[] {0, 1}, 2), 2).inViews(2);
    GradientCheck.function(
        leaves, () -> Contrastive.loss(rows, positives, anchors, 0.4, 0.07).reshape(1));
  }

  @Test
  void gradientsOfDroppedAnchorsAreThoseOfFiniteDifferences() {
    Tensor rows = columns(3, 1, 5, 3).get(0).requiresGrad_(true);
    Positives positives =
        Positives.sameClass(Tensor.of(new long[] {0, 1, 0, 2, 3}, 5), 4).droppingLonely();
    GradientCheck.function(
        Map.of("rows", rows),
        () -> Contrastive.loss(List.of(rows), positives, Anchors.ALL, 0.4, 0.07).reshape(1));
  }

  @Test
  void oneSampleOfTwoColumnsHasNoNegativesAndNoLoss() {
    List<Tensor> rows = columns(1, 2, 1, 4);
    rows.get(0).requiresGrad_(true);
    Tensor loss =
        Contrastive.loss(rows, Positives.sameSample(1, Device.CPU), Anchors.ALL, 0.1, 0.07);
    loss.backward();
    assertThat(loss.item()).isZero();
    assertThat(rows.get(0).grad().abs().max().item()).isZero();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1e-30, 1})
  void zeroAndIdenticalRowsGiveFiniteLossesAndGradients(double value) {
    Tensor rows = Tensor.full(value, DType.FLOAT32, Device.CPU, 4, 3).requiresGrad_(true);
    Positives positives =
        Positives.sameClass(Tensor.of(new long[] {0, 0, 1, 2}, 4), 3).droppingLonely();
    Tensor loss = Contrastive.loss(List.of(rows.normalize(1)), positives, Anchors.ALL, 0.07, 0.07);
    loss.backward();
    // Nothing tells the rows apart: each of the three others is as likely.
    assertThat(loss.item()).isCloseTo(Math.log(3), within(1e-5));
    assertThat(rows.grad().isFinite().all().item()).isEqualTo(1);
  }

  @Test
  void aLowTemperatureDoesNotOverflowAndNotANumberStaysVisible() {
    Tensor rows = columns(1, 1, 6, 4).get(0).to(DType.FLOAT32);
    Positives pairs = Positives.sameSample(3, Device.CPU).inViews(2);
    assertThat(Contrastive.loss(List.of(rows), pairs, Anchors.ALL, 1e-4, 0.07).isFinite().item())
        .isEqualTo(1);
    rows.select(0, 0).fill_(Double.NaN);
    assertThat(Contrastive.loss(List.of(rows), pairs, Anchors.ALL, 0.1, 0.07).item()).isNaN();
  }

  @Test
  void anchorsWithoutPositivesAreRefused() {
    List<Tensor> rows = columns(1, 1, 3, 4);
    Tensor distinct = Tensor.of(new long[] {0, 1, 2}, 3);
    Tensor some = Tensor.of(new long[] {0, 1, 1}, 3);
    String remedy =
        " has a positive among 3 rows of 3 samples: take larger batches, several views of each"
            + " image, or a network with exits";
    for (Positives positives :
        List.of(
            Positives.sameSample(3, Device.CPU),
            Positives.sameClass(some, 2),
            Positives.sameClass(distinct, 3),
            Positives.of(Tensor.eye(3, DType.FLOAT64, Device.CPU)))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Contrastive.loss(rows, positives, Anchors.ALL, 0.1, 0.07))
          .withMessage("not every anchor" + remedy);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Contrastive.loss(
                    rows,
                    Positives.sameClass(distinct, 3).droppingLonely(),
                    Anchors.ALL,
                    0.1,
                    0.07))
        .withMessage("no anchor" + remedy);
  }

  @Test
  void whatDoesNotFitIsRefused() {
    List<Tensor> rows = columns(1, 1, 5, 4);
    Positives five = Positives.sameSample(5, Device.CPU);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Contrastive.loss(
                    rows, Positives.sameSample(2, Device.CPU).inViews(2), Anchors.ALL, 0.1, 0.07))
        .withMessage("labels or mask are of 2 samples in 2 views, but there are 5 rows");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Contrastive.loss(rows, five, Anchors.EXITS, 0.1, 0.07))
        .withMessage("exits as anchors need at least one column beside the last, got 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Contrastive.loss(List.of(), five, Anchors.ALL, 0.1, 0.07))
        .withMessage("the contrastive loss needs at least one column of rows");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Contrastive.loss(List.of(Tensor.zeros(5)), five, Anchors.ALL, 0.1, 0.07))
        .withMessageStartingWith("the contrastive loss needs two matrices [N, D] of one shape");
    for (double temperature : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Contrastive.loss(rows, five, Anchors.ALL, temperature, 0.07))
          .withMessage("a temperature must be above 0 and finite, was " + temperature);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Positives.sameClass(Tensor.zeros(5), 2))
        .withMessage("labels must be a vector of whole numbers, got FLOAT32 [5]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Positives.of(Tensor.zeros(5, 4)))
        .withMessage("a mask must be square, got [5, 4]");
  }

  private static double classes(List<Tensor> columns, Tensor labels) {
    return Contrastive.loss(columns, Positives.sameClass(labels, 4), Anchors.ALL, 0.2, 0.07).item();
  }

  /** The definition; anchors without positives are left out. */
  private static double loops(
      List<Tensor> columns, double[][] relation, Anchors anchors, double t, double base) {
    int d = (int) columns.get(0).size(1);
    int rows = (int) columns.get(0).size(0);
    double[] c = Tensor.cat(columns, 0).toDoubleArray();
    int all = c.length / d;
    int anchored =
        switch (anchors) {
          case ALL -> all;
          case FIRST -> rows;
          case EXITS -> all - rows;
        };
    double sum = 0;
    int kept = 0;
    for (int a = 0; a < anchored; a++) {
      double denominator = 0;
      double weights = 0;
      double pull = 0;
      for (int p = 0; p < all; p++) {
        if (p != a) {
          double s = 0;
          for (int k = 0; k < d; k++) {
            s += c[a * d + k] * c[p * d + k] / t;
          }
          double weight = relation[a % relation.length][p % relation.length];
          denominator += Math.exp(s);
          weights += weight;
          pull += weight * s;
        }
      }
      if (weights > 0) {
        sum += Math.log(denominator) - pull / weights;
        kept++;
      }
    }
    return sum / kept * t / base;
  }

  private static List<Tensor> columns(long seed, int count, int rows, int d) {
    List<Tensor> columns = new ArrayList<>();
    for (int column = 0; column < count; column++) {
      Keyed keyed = Keyed.of(seed).fold("column" + column);
      columns.add(
          keyed
              .normal(Tensor.arange((long) rows * d, Device.CPU))
              .to(DType.FLOAT64)
              .reshape(rows, d)
              .normalize(1)
              .copy());
    }
    return columns;
  }

  private static Tensor matrix(double[][] rows) {
    double[] values = new double[rows.length * rows.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = rows[i / rows.length][i % rows.length];
    }
    return Tensor.of(values, rows.length, rows.length);
  }
}
