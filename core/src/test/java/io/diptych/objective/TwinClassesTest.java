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
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(Scoped.class)
final class TwinClassesTest {
  private static final double EPSILON = 1e-5;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void agreesWithItsDefinitionWrittenOutInLoops(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int n = random.nextInt(1, 7);
    int c = random.nextInt(2, 8);
    int views = random.nextInt(2, 6);
    double temperature = seed % 2 == 0 ? 1 : random.nextDouble(0.2, 2);
    List<Tensor> student = views(seed, views, n, c);
    List<Tensor> teacher = views(seed + 100, 2, n, c);
    check(TwinClasses.ofPairs(student, temperature, EPSILON), pairs(student, temperature));
    check(
        TwinClasses.taught(student, teacher, temperature, EPSILON),
        taught(student, teacher, temperature));
  }

  @Test
  void globalViewsMayBeSwappedLocalOnesReorderedAndSamplesPermuted() {
    List<Tensor> v = views(1, 4, 6, 5);
    List<Tensor> t = views(2, 2, 6, 5);
    double[] pairs = values(TwinClasses.ofPairs(v, 0.5, EPSILON));
    double[] taught = values(TwinClasses.taught(v, t, 0.5, EPSILON));
    List<Tensor> swapped = List.of(v.get(1), v.get(0), v.get(3), v.get(2));
    close(values(TwinClasses.ofPairs(swapped, 0.5, EPSILON)), pairs);
    close(values(TwinClasses.taught(swapped, List.of(t.get(1), t.get(0)), 0.5, EPSILON)), taught);
    Tensor order = Tensor.of(Keyed.of(1).permutation(6), 6);
    close(values(TwinClasses.ofPairs(permuted(v, order), 0.5, EPSILON)), pairs);
    close(values(TwinClasses.taught(permuted(v, order), permuted(t, order), 0.5, EPSILON)), taught);
    // A global view is no local one.
    List<Tensor> mixed = List.of(v.get(0), v.get(2), v.get(1), v.get(3));
    assertThat(values(TwinClasses.ofPairs(mixed, 0.5, EPSILON))[0])
        .isNotCloseTo(pairs[0], within(1e-3));
  }

  @Test
  void aConstantAddedToASamplesLogitsChangesNothing() {
    List<Tensor> v = views(1, 3, 4, 5);
    Tensor shift = Keyed.of(3).normal(Tensor.arange(4, Device.CPU)).mul(10).unsqueeze(1);
    List<Tensor> moved = v.stream().map(view -> view.add(shift)).toList();
    close(
        values(TwinClasses.ofPairs(moved, 1, EPSILON)), values(TwinClasses.ofPairs(v, 1, EPSILON)));
  }

  @Test
  void halvesOfABatchAverageInAllButTheDiversity() {
    List<Tensor> v = views(1, 3, 6, 5);
    double[] whole = values(TwinClasses.ofPairs(v, 1, EPSILON));
    double[] first = values(TwinClasses.ofPairs(rows(v, 0), 1, EPSILON));
    double[] second = values(TwinClasses.ofPairs(rows(v, 3), 1, EPSILON));
    for (int term = 0; term < 2; term++) {
      assertThat((first[term] + second[term]) / 2).isCloseTo(whole[term], within(1e-12));
    }
    // The entropy of the mean is at least the mean of the entropies.
    assertThat(whole[2]).isGreaterThan((first[2] + second[2]) / 2);
  }

  @ParameterizedTest
  @CsvSource({"2, 1", "3, 1", "4, 0.5"})
  void itsGradientsAreThoseOfFiniteDifferences(int views, double temperature) {
    Map<String, Tensor> leaves = leaves(views);
    List<Tensor> student = List.copyOf(leaves.values());
    List<Tensor> teacher = views(9, 2, 3, 4);
    GradientCheck.function(leaves, () -> all(TwinClasses.ofPairs(student, temperature, EPSILON)));
    GradientCheck.function(
        leaves, () -> all(TwinClasses.taught(student, teacher, temperature, EPSILON)));
  }

  @Test
  void noGradientFlowsToTheTeacher() {
    List<Tensor> teacher = views(9, 2, 3, 4);
    teacher.forEach(view -> view.requiresGrad_(true));
    all(TwinClasses.taught(List.copyOf(leaves(3).values()), teacher, 1, EPSILON)).backward();
    teacher.forEach(view -> assertThat(view.grad()).isNull());
  }

  @Test
  void oneSampleIsItsOwnMean() {
    List<Tensor> v = views(1, 2, 1, 5);
    double[] terms = values(TwinClasses.ofPairs(v, 1, EPSILON));
    assertThat(terms[1]).isEqualTo(terms[2], within(1e-12));
  }

  @ParameterizedTest
  @ValueSource(strings = {"FLOAT32", "FLOAT64"})
  void zeroAndIdenticalRowsAgreeAndAreAsFlatAsTheirMean(DType dtype) {
    for (double value : new double[] {0, 1e-30, 1, 1e15}) {
      Tensor a = Tensor.full(value, dtype, Device.CPU, 4, 8).requiresGrad_(true);
      TwinClasses.Terms terms = TwinClasses.ofPairs(List.of(a, a), 0.5, EPSILON);
      all(terms).backward();
      double[] values = values(terms);
      assertThat(values[0]).isZero();
      assertThat(values[1]).isCloseTo(Math.log(8), within(1e-3));
      assertThat(values[2]).isCloseTo(values[1], within(1e-6));
      assertThat(a.grad().isFinite().all().item()).isEqualTo(1);
    }
  }

  @Test
  void probabilitiesOfZeroGiveFiniteLossesAndGradients() {
    Tensor a = Tensor.of(new float[] {1e4f, 0, 0, 0, 1e4f, 0}, 2, 3).requiresGrad_(true);
    Tensor b = Tensor.of(new float[] {0, 0, 1e4f, 0, 1e4f, 0}, 2, 3);
    TwinClasses.Terms terms = TwinClasses.ofPairs(List.of(a, b), 0.1, EPSILON);
    all(terms).backward();
    // One of two samples differs as much as ε allows, in both directions.
    assertThat(terms.consistency().item()).isCloseTo(-Math.log(EPSILON) / 2, within(1e-3));
    assertThat(terms.sharpness().item()).isCloseTo(0, within(1e-4));
    assertThat(a.grad().isFinite().all().item()).isEqualTo(1);
  }

  @Test
  void notANumberStaysVisible() {
    List<Tensor> v = views(1, 2, 3, 4);
    v.get(0).select(0, 0).fill_(Double.NaN);
    assertThat(values(TwinClasses.ofPairs(v, 1, EPSILON))).containsOnly(Double.NaN);
  }

  @Test
  void agreementCountsSamplesOfOneClass() {
    Tensor a = Tensor.of(new double[] {3, 1, 0, 0, 5, 0}, 2, 3);
    Tensor b = Tensor.of(new double[] {2, 1, 0, 0, 5, 9}, 2, 3);
    assertThat(TwinClasses.agreement(a, a).item()).isEqualTo(1);
    assertThat(TwinClasses.agreement(a, b).item()).isEqualTo(0.5);
  }

  @Test
  void viewsThatDoNotFitAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TwinClasses.ofPairs(List.of(Tensor.zeros(2, 3)), 1, EPSILON))
        .withMessage("twin classes need two global views or more, got 1");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> TwinClasses.ofPairs(List.of(Tensor.zeros(2, 3), Tensor.zeros(3, 3)), 1, EPSILON))
        .withMessage("twin classes needs two matrices [N, D] of one shape, got [2, 3] and [3, 3]");
    List<Tensor> student = List.of(Tensor.zeros(2, 3), Tensor.zeros(2, 3));
    List<Tensor> teacher = List.of(Tensor.zeros(2, 4), Tensor.zeros(2, 4));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TwinClasses.taught(student, teacher, 1, EPSILON))
        .withMessage(
            "twin classes with a teacher needs two matrices [N, D] of one shape, got [2, 3] and"
                + " [2, 4]");
  }

  private static double[] pairs(List<Tensor> logits, double temperature) {
    List<double[][]> p = logits.stream().map(view -> softmax(view, 1)).toList();
    List<double[][]> s = logits.stream().map(view -> softmax(view, temperature)).toList();
    double[] sum = new double[3];
    int pairs = 0;
    for (int i = 0; i < 2; i++) {
      for (int j = i + 1; j < logits.size(); j++) {
        sum[0] += (kl(p.get(i), p.get(j)) + kl(p.get(j), p.get(i))) / 2;
        sum[1] += (entropy(s.get(i)) + entropy(s.get(j))) / 2;
        sum[2] += (entropyOfMean(s.get(i)) + entropyOfMean(s.get(j))) / 2;
        pairs++;
      }
    }
    return new double[] {sum[0] / pairs, sum[1] / pairs, sum[2] / pairs};
  }

  private static double[] taught(List<Tensor> student, List<Tensor> teacher, double temperature) {
    List<double[][]> s = student.stream().map(view -> softmax(view, temperature)).toList();
    List<double[][]> t = teacher.stream().map(view -> softmax(view, temperature)).toList();
    double[] sum = new double[3];
    for (int j = 0; j < s.size(); j++) {
      for (int i = 0; i < 2; i++) {
        sum[0] += i == j ? 0 : kl(t.get(i), s.get(j)) / (2 * (s.size() - 1));
      }
      sum[1] += entropy(s.get(j)) / s.size();
      sum[2] += entropyOfMean(s.get(j)) / s.size();
    }
    return sum;
  }

  private static double kl(double[][] p, double[][] q) {
    double sum = 0;
    for (int n = 0; n < p.length; n++) {
      for (int c = 0; c < p[n].length; c++) {
        sum += p[n][c] * (Math.log(p[n][c] + EPSILON) - Math.log(q[n][c] + EPSILON));
      }
    }
    return sum / p.length;
  }

  private static double entropy(double[][] p) {
    double sum = 0;
    for (double[] row : p) {
      for (double value : row) {
        sum -= value * Math.log(value + EPSILON);
      }
    }
    return sum / p.length;
  }

  private static double entropyOfMean(double[][] p) {
    double[] mean = new double[p[0].length];
    for (double[] row : p) {
      for (int c = 0; c < mean.length; c++) {
        mean[c] += row[c] / p.length;
      }
    }
    return entropy(new double[][] {mean});
  }

  private static double[][] softmax(Tensor logits, double temperature) {
    int n = (int) logits.size(0);
    int classes = (int) logits.size(1);
    double[] values = logits.toDoubleArray();
    double[][] p = new double[n][classes];
    for (int i = 0; i < n; i++) {
      double sum = 0;
      for (int c = 0; c < classes; c++) {
        p[i][c] = Math.exp(values[i * classes + c] / temperature);
        sum += p[i][c];
      }
      for (int c = 0; c < classes; c++) {
        p[i][c] /= sum;
      }
    }
    return p;
  }

  private static Tensor all(TwinClasses.Terms terms) {
    return terms.consistency().add(terms.sharpness().mul(0.4)).sub(terms.diversity().mul(1.3));
  }

  private static double[] values(TwinClasses.Terms terms) {
    return new double[] {
      terms.consistency().item(), terms.sharpness().item(), terms.diversity().item()
    };
  }

  private static void check(TwinClasses.Terms terms, double[] expected) {
    close(values(terms), expected);
  }

  private static void close(double[] actual, double[] expected) {
    assertThat(actual).containsExactly(expected, within(1e-10));
  }

  private static List<Tensor> permuted(List<Tensor> views, Tensor order) {
    return views.stream().map(view -> view.indexSelect(0, order)).toList();
  }

  private static List<Tensor> rows(List<Tensor> views, long from) {
    return views.stream().map(view -> view.narrow(0, from, 3)).toList();
  }

  private static List<Tensor> views(long seed, int views, int n, int c) {
    List<Tensor> list = new ArrayList<>();
    for (int view = 0; view < views; view++) {
      Tensor counters = Tensor.arange((long) n * c, Device.CPU);
      list.add(Keyed.of(seed).fold(view).normal(counters).mul(2).reshape(n, c));
    }
    return Collections.unmodifiableList(list);
  }

  private static Map<String, Tensor> leaves(int views) {
    Map<String, Tensor> leaves = new LinkedHashMap<>();
    for (Tensor view : views(4, views, 3, 4)) {
      leaves.put("z" + leaves.size(), view.copy().requiresGrad_(true));
    }
    return leaves;
  }
}
