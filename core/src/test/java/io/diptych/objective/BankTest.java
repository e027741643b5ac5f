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
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The losses over a memory bank against their definitions, and what they have in common. */
@ExtendWith(Scoped.class)
final class BankTest {
  private static final int BACKGROUND = 5;
  private static final int POSITIVES = 3;
  private static final double ENTROPY = 1.2;

  /** Each loss and its definition for one row, from its similarities and its own image. */
  enum Case {
    FULL(BankSoftmax::full, row -> row.loss(row.e(row.own) / row.sum(row.e))),
    ODDS(BankSoftmax::odds, row -> row.loss(row.e(row.own) / (row.sum(row.e) - row.e(row.own)))),
    HARD_NEGATIVES(
        l -> BankSoftmax.hardNegatives(l, BACKGROUND),
        row -> row.loss(row.e(row.own) / row.top(row.e, BACKGROUND))),
    RING(
        l -> BankSoftmax.ring(l, POSITIVES, BACKGROUND),
        row -> row.loss((row.e(row.own) + row.top(row.e, POSITIVES)) / row.top(row.e, BACKGROUND))),
    MIXED(
        l ->
            BankSoftmax.mixed(
                l,
                l.index().squeeze(1).add(1).remainder(l.all().size(1)),
                Tensor.full(0.3, DType.FLOAT32, Device.CPU, l.all().size(0))),
        row -> {
          double share = (float) 0.3;
          int other = (row.own + 1) % row.l.length;
          return row.loss((share * row.e(row.own) + (1 - share) * row.e(other)) / row.sum(row.e));
        }),
    SINGLE(BankMargin::single, row -> row.top(row.l, 1) - row.l[row.own]),
    FLAT(BankMargin::flat, row -> row.sum(row.l) / row.l.length - row.l[row.own]),
    HARD_FLAT(
        l -> BankMargin.hardFlat(l, BACKGROUND),
        row -> row.top(row.l, BACKGROUND) / BACKGROUND - row.l[row.own]),
    FIXED_ENTROPY(
        l -> BankEntropy.fixed(l, ENTROPY).loss(),
        row -> {
          double c = row.temperature(row.l, row.own);
          return row.loss(1 / row.sum(j -> Math.exp((row.l[j] - row.l[row.own]) / c)));
        }),
    HARD_FIXED_ENTROPY(
        l ->
            BankEntropy.hardFixed(l, ENTROPY, BACKGROUND, BankEntropy.PositiveMask.IDENTITY).loss(),
        row -> {
          double[] top = row.descending(row.l);
          top = Arrays.copyOf(top, BACKGROUND);
          int at = -1;
          for (int j = 0; j < BACKGROUND; j++) {
            at = top[j] == row.l[row.own] ? j : at;
          }
          double c = row.temperature(top, at);
          double sum = 0;
          for (double s : top) {
            sum += Math.exp((s - row.l[row.own]) / c);
          }
          return row.loss(1 / sum);
        });

    final Function<BankSimilarity, Tensor> loss;
    final ToDoubleFunction<Row> definition;

    Case(Function<BankSimilarity, Tensor> loss, ToDoubleFunction<Row> definition) {
      this.loss = loss;
      this.definition = definition;
    }
  }

  interface Term {
    double at(int j);
  }

  /** One row of l, in plain numbers. */
  static final class Row {
    final double[] l;
    final int own;
    final double[] e;

    Row(double[] l, int own) {
      this.l = l;
      this.own = own;
      this.e = Arrays.stream(l).map(Math::exp).toArray();
    }

    double e(int j) {
      return e[j];
    }

    double loss(double ratio) {
      return -Math.log(ratio + 1e-7);
    }

    double sum(double[] values) {
      return Arrays.stream(values).sum();
    }

    double sum(Term term) {
      double sum = 0;
      for (int j = 0; j < l.length; j++) {
        sum += term.at(j);
      }
      return sum;
    }

    double[] descending(double[] values) {
      return Arrays.stream(values).map(v -> -v).sorted().map(v -> -v).toArray();
    }

    double top(double[] values, int k) {
      return Arrays.stream(descending(values)).limit(k).sum();
    }

    double temperature(double[] s, int masked) {
      double c = 5;
      for (double step = 2.5; step > 2.5 / 5000; step /= 2) {
        c += entropy(s, masked, c) < ENTROPY ? step : -step;
      }
      return c;
    }

    private static double entropy(double[] s, int masked, double c) {
      double sum = 0;
      for (int j = 0; j < s.length; j++) {
        sum += j == masked ? 0 : Math.exp(s[j] / c);
      }
      double entropy = 0;
      for (int j = 0; j < s.length; j++) {
        double r = j == masked ? 0 : Math.exp(s[j] / c) / sum;
        entropy -= r * Math.log(r + 1e-7);
      }
      return entropy;
    }
  }

  @ParameterizedTest
  @EnumSource
  void agreesWithItsDefinitionWrittenOutInLoops(Case tested) {
    for (long seed = 1; seed <= 8; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int b = random.nextInt(1, 7);
      int n = random.nextInt(8, 20);
      int d = random.nextInt(2, 8);
      double temperature = random.nextDouble(0.1, 2);
      Tensor rows = matrix(seed, "rows", b, d);
      Tensor bank = matrix(seed, "bank", n, d);
      Tensor index = index(seed, b, n);
      double expected = 0;
      for (int i = 0; i < b; i++) {
        Tensor one = rows.narrow(0, i, 1).normalize(1).div(temperature);
        double[] l = one.matmul(bank.t()).toDoubleArray();
        expected += tested.definition.applyAsDouble(new Row(l, (int) index.toLongArray()[i])) / b;
      }
      BankSimilarity l = BankSimilarity.of(rows, bank, index, temperature);
      assertThat(tested.loss.apply(l).item())
          .as("seed %d, %d rows, %d images", seed, b, n)
          .isCloseTo(expected, within(1e-9));
    }
  }

  @ParameterizedTest
  @EnumSource
  void itsGradientsAreThoseOfFiniteDifferences(Case tested) {
    Map<String, Tensor> leaves = new LinkedHashMap<>();
    leaves.put("rows", matrix(3, "rows", 4, 5).requiresGrad_(true));
    Tensor bank = matrix(3, "bank", 12, 5);
    Tensor index = index(3, 4, 12);
    GradientCheck.function(
        leaves, () -> tested.loss.apply(BankSimilarity.of(leaves.get("rows"), bank, index, 0.4)));
  }

  @ParameterizedTest
  @EnumSource
  void neitherOrderNorLengthOfTheRowsMatters(Case tested) {
    Tensor rows = matrix(1, "rows", 6, 4);
    Tensor bank = matrix(1, "bank", 15, 4);
    Tensor index = index(1, 6, 15);
    double loss = loss(tested, rows, bank, index);
    Tensor order = Tensor.of(Keyed.of(2).permutation(6), 6);
    assertThat(loss(tested, rows.indexSelect(0, order), bank, index.indexSelect(0, order)))
        .isCloseTo(loss, within(1e-12));
    assertThat(loss(tested, rows.mul(1000), bank, index)).isCloseTo(loss, within(1e-12));
    assertThat(loss(tested, rows, bank, index.indexSelect(0, order)))
        .isNotCloseTo(loss, within(1e-4));
  }

  @ParameterizedTest
  @EnumSource
  void aBatchHasTheMeanLossOfItsParts(Case tested) {
    Tensor rows = matrix(1, "rows", 6, 4);
    Tensor bank = matrix(1, "bank", 15, 4);
    Tensor index = index(1, 6, 15);
    double first = loss(tested, rows.narrow(0, 0, 2), bank, index.narrow(0, 0, 2));
    double second = loss(tested, rows.narrow(0, 2, 4), bank, index.narrow(0, 2, 4));
    assertThat(loss(tested, rows, bank, index))
        .isCloseTo((2 * first + 4 * second) / 6, within(1e-12));
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "MIXED")
  void theImagesMayBeNumberedInAnotherOrder(Case tested) {
    Tensor rows = matrix(1, "rows", 6, 4);
    Tensor bank = matrix(1, "bank", 15, 4);
    Tensor index = index(1, 6, 15);
    Tensor order = Tensor.of(Keyed.of(2).permutation(15), 15);
    Tensor place = order.sort(0).indices();
    assertThat(loss(tested, rows, bank.indexSelect(0, order), place.indexSelect(0, index)))
        .isCloseTo(loss(tested, rows, bank, index), within(1e-12));
  }

  @ParameterizedTest
  @EnumSource
  void zeroAndIdenticalRowsGiveFiniteLossesAndGradients(Case tested) {
    for (DType dtype : new DType[] {DType.FLOAT32, DType.FLOAT64}) {
      for (double value : new double[] {0, 1e-30, 1, 1e15}) {
        for (double stored : new double[] {0, 0.5}) {
          Tensor rows = Tensor.full(value, dtype, Device.CPU, 3, 4).requiresGrad_(true);
          Tensor bank = Tensor.full(stored, dtype, Device.CPU, 9, 4);
          Tensor index = Tensor.of(new long[] {0, 4, 8}, 3);
          Tensor loss = tested.loss.apply(BankSimilarity.of(rows, bank, index, 0.07));
          loss.backward();
          assertThat(loss.isFinite().item()).as("%s %s", value, stored).isEqualTo(1);
          assertThat(rows.grad().isFinite().all().item()).as("%s", value).isEqualTo(1);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FULL", "ODDS", "HARD_NEGATIVES", "RING", "MIXED"})
  void aLowTemperatureDoesNotOverflow(Case tested) {
    Tensor bank = matrix(1, "bank", 15, 4).normalize(1).to(DType.FLOAT32);
    Tensor index = index(1, 6, 15);
    Tensor own = bank.indexSelect(0, index);
    for (Tensor rows : new Tensor[] {own, own.neg()}) {
      Tensor leaf = rows.copy().requiresGrad_(true);
      Tensor loss = tested.loss.apply(BankSimilarity.of(leaf, bank, index, 1e-3));
      loss.backward();
      assertThat(loss.isFinite().item()).isEqualTo(1);
      assertThat(leaf.grad().isFinite().all().item()).isEqualTo(1);
    }
  }

  @Test
  void anImageThatIsMuchLikelierThanAllOthersHasItsOddsInSinglePrecision() {
    Tensor bank = Tensor.of(new float[] {1, 0, -1, 0, 0, 1}, 3, 2);
    Tensor row = Tensor.of(new float[] {1, 0}, 1, 2);
    Tensor index = Tensor.of(new long[] {0}, 1);
    // e^20 against 1 + e^−20: the sum of all has no digit left for the others.
    assertThat(BankSoftmax.odds(BankSimilarity.of(row, bank, index, 0.05)).item())
        .isCloseTo(-20, within(1e-5));
  }

  @Test
  void theNearestImageHasNoMargin() {
    Tensor bank = matrix(1, "bank", 15, 4).normalize(1).to(DType.FLOAT32);
    Tensor index = index(1, 6, 15);
    Tensor rows = bank.indexSelect(0, index).mul(3);
    assertThat(BankMargin.single(BankSimilarity.of(rows, bank, index, 1)).item()).isZero();
  }

  @Test
  void theTemperatureOfEachRowGivesTheEntropyAskedFor() {
    Tensor rows = matrix(1, "rows", 6, 4);
    Tensor bank = matrix(1, "bank", 60, 4);
    for (double target : new double[] {0.5, 2, 4}) {
      BankEntropy.Result result =
          BankEntropy.fixed(BankSimilarity.of(rows, bank, index(1, 6, 60), 1), target);
      for (double entropy : result.entropy().toDoubleArray()) {
        assertThat(entropy).isCloseTo(target, within(0.01));
      }
      assertThat(result.temperature().requiresGrad()).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource
  void notANumberStaysVisible(Case tested) {
    Tensor rows = matrix(1, "rows", 3, 4);
    rows.select(0, 0).fill_(Double.NaN);
    assertThat(loss(tested, rows, matrix(1, "bank", 9, 4), index(1, 3, 9))).isNaN();
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 9, 1000})
  void anImageWithoutARowIsRefused(long image) {
    Tensor index = Tensor.of(new long[] {2, image}, 2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BankSimilarity.of(Tensor.ones(2, 4), Tensor.ones(9, 4), index, 1))
        .withMessage("image " + image + " has no row in a memory bank of 9");
  }

  @Test
  void whatDoesNotFitIsRefusedWithItsSizes() {
    Tensor index = Tensor.of(new long[] {0, 1}, 2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BankSimilarity.of(Tensor.ones(2, 3), Tensor.ones(9, 4), index, 1))
        .withMessageContaining("[9, 4] and [2, 3]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BankSimilarity.of(Tensor.ones(3, 4), Tensor.ones(9, 4), index, 1))
        .withMessage("3 rows need an index [3], got [2]");
    BankSimilarity l = BankSimilarity.of(Tensor.ones(2, 4), Tensor.ones(9, 4), index, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BankSoftmax.hardNegatives(l, 10))
        .withMessage("the nearest 10 of a memory bank of 9 rows do not exist");
    Tensor first = Tensor.of(new long[] {0}, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                BankSoftmax.odds(BankSimilarity.of(Tensor.ones(1, 4), Tensor.ones(1, 4), first, 1)))
        .withMessageContaining("at least 2 rows, got 1");
  }

  private static double loss(Case tested, Tensor rows, Tensor bank, Tensor index) {
    return tested.loss.apply(BankSimilarity.of(rows, bank, index, 0.4)).item();
  }

  private static Tensor matrix(long seed, String name, int rows, int columns) {
    return Keyed.of(seed)
        .fold(name)
        .normal(Tensor.arange((long) rows * columns, Device.CPU))
        .reshape(rows, columns);
  }

  private static Tensor index(long seed, int rows, int images) {
    return Tensor.of(Arrays.copyOf(Keyed.of(seed).permutation(images), rows), rows);
  }
}
