package io.diptych.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.diptych.option.OptionException;
import io.diptych.option.Options;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Ranked;
import io.diptych.tensor.Scoped;
import io.diptych.tensor.Tensor;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(Scoped.class)
final class KnnTest {
  private static final int BANK = 300;
  private static final int QUERIES = 70;
  private static final int WIDTH = 6;

  @ParameterizedTest
  @EnumSource(Knn.Distance.class)
  void findsTheNeighboursThatASlowSearchFinds(Knn.Distance distance) {
    double[] bank = numbers("bank", BANK);
    double[] queries = numbers("queries", QUERIES);
    Knn.Settings settings = new Knn.Settings(1, 0.1, Knn.Votes.MAJORITY, distance);
    try (Knn knn =
        Knn.of(settings, Tensor.of(bank, BANK, WIDTH), Tensor.of(new long[BANK], BANK), 1)) {
      List<List<Knn.Neighbour>> found = knn.nearest(Tensor.of(queries, QUERIES, WIDTH), 5);
      for (int q = 0; q < QUERIES; q++) {
        double[] row = row(queries, q);
        List<Integer> slow =
            IntStream.range(0, BANK)
                .boxed()
                .sorted(Comparator.comparing(i -> -similarity(distance, row, row(bank, i))))
                .limit(5)
                .toList();
        assertThat(found.get(q)).extracting(Knn.Neighbour::index).isEqualTo(slow);
        assertThat(found.get(q).get(4).similarity())
            .isCloseTo(similarity(distance, row, row(bank, slow.get(4))), within(1e-9));
      }
    }
  }

  @Test
  void countsTheEarlierOfEquallyNearSamplesAsNearer() {
    float[] same = new float[40];
    Arrays.fill(same, 1);
    long[] labels = IntStream.range(0, 20).mapToLong(i -> i < 10 ? 1 : 0).toArray();
    try (Knn knn = Knn.of(majority(3), Tensor.of(same, 20, 2), Tensor.of(labels, 20), 2)) {
      Tensor query = Tensor.of(new float[] {2, 2}, 1, 2);
      assertThat(knn.nearest(query, 3).get(0))
          .extracting(Knn.Neighbour::index)
          .containsExactly(0, 1, 2);
      assertThat(knn.scores(query).toDoubleArray()).containsExactly(0, 3);
    }
  }

  @Test
  void everyRowThatHasEqualsAtTheEdgeKeepsTheEarlierOnes() {
    // Cosines 1, 1, 0, 0, 0 of the first query and 0, 0, 1, 1, 1 of the second.
    Tensor bank = Tensor.of(new float[] {1, 0, 2, 0, 0, 1, 0, 2, 0, 3}, 5, 2);
    try (Knn knn = Knn.of(majority(3), bank, Tensor.of(new long[5], 5), 1)) {
      Tensor queries = Tensor.of(new float[] {1, 0, 0, 1, 3, 4}, 3, 2);
      assertThat(knn.nearestIndices(queries, 1)).isDeepEqualTo(new long[][] {{0}, {2}, {2}});
      assertThat(knn.nearestIndices(queries, 3))
          .isDeepEqualTo(new long[][] {{0, 1, 2}, {2, 3, 4}, {2, 3, 4}});
      assertThat(knn.nearestIndices(queries, 4))
          .isDeepEqualTo(new long[][] {{0, 1, 2, 3}, {2, 3, 4, 0}, {2, 3, 4, 0}});
    }
  }

  @ParameterizedTest
  @EnumSource(Knn.Votes.class)
  void oneSearchServesAllNumbersOfNeighbours(Knn.Votes votes) {
    Tensor bank = Tensor.of(numbers("bank", BANK), BANK, WIDTH);
    Tensor queries = Tensor.of(numbers("queries", QUERIES), QUERIES, WIDTH);
    Tensor labels = Tensor.arange(BANK, bank.device()).remainder(7);
    try (Knn most = Knn.of(majority(50), bank, labels, 7)) {
      Ranked found = most.search(queries, 50);
      for (int k : new int[] {1, 5, 20, 50}) {
        Knn.Settings alone = new Knn.Settings(k, 0.07, votes, Knn.Distance.COSINE);
        try (Knn knn = Knn.of(alone, bank, labels, 7)) {
          assertThat(most.votes(found, k, votes).toDoubleArray())
              .isEqualTo(knn.scores(queries).toDoubleArray());
        }
      }
    }
  }

  @Test
  void letsAllVoteWhereThereAreFewerThanK() {
    Tensor bank = Tensor.of(new float[] {1, 0, 0, 1, 1, 1}, 3, 2);
    try (Knn knn = Knn.of(majority(200), bank, Tensor.of(new long[] {0, 1, 1}, 3), 2)) {
      assertThat(knn.neighbours()).isEqualTo(3);
      assertThat(knn.scores(bank).toDoubleArray()).containsExactly(1, 2, 1, 2, 1, 2);
    }
  }

  @Test
  void doesNotOverflowAtTheLowestTemperature() {
    Knn.Settings settings =
        Options.defaults(Knn.Settings.class, Map.of("temperature", 0.002, "k", 2));
    Tensor bank = Tensor.of(new float[] {1, 0, 1, 0}, 2, 2);
    try (Knn knn = Knn.of(settings, bank, Tensor.of(new long[] {0, 0}, 2), 1)) {
      assertThat(knn.scores(bank).toDoubleArray())
          .hasSize(2)
          .doesNotContain(Double.NaN, Double.POSITIVE_INFINITY);
    }
  }

  @Test
  void namesWhatDoesNotFit() {
    Tensor bank = Tensor.ones(4, 3);
    Tensor labels = Tensor.of(new long[] {0, 1, 2, 1}, 4);
    assertThatThrownBy(() -> Knn.of(majority(1), bank, labels, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("labels must lie in 0 to 1, one is 2");
    assertThatThrownBy(() -> Knn.of(majority(1), bank, labels.sub(1), 3))
        .hasMessage("labels must lie in 0 to 2, one is -1 (no label)");
    assertThatThrownBy(() -> Knn.of(majority(1), bank, labels.narrow(0, 0, 3), 3))
        .hasMessage("the bank must be [N, F] with N labels, was [4, 3] with labels [3]");
    try (Knn knn = Knn.of(majority(1), bank, labels, 3)) {
      assertThatThrownBy(() -> knn.scores(Tensor.ones(1, 2)))
          .hasMessage("queries must be [M, 3] as the bank, were [1, 2]");
    }
  }

  @Test
  void refusesSettingsWithoutMeaning() {
    assertThatThrownBy(() -> Options.defaults(Knn.Settings.class, Map.of("temperature", -0.1)))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("temperature")
        .hasMessageContaining("-0.1");
    assertThatThrownBy(() -> Options.defaults(Knn.Settings.class, Map.of("k", 0)))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("k");
    assertThatThrownBy(() -> Options.defaults(Knn.Settings.class, Map.of("distance", "euclidean")))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining(
            "weighted votes are defined on cosines; with euclidean, use majority");
  }

  private static Knn.Settings majority(int k) {
    return new Knn.Settings(k, 0.07, Knn.Votes.MAJORITY, Knn.Distance.COSINE);
  }

  private static double[] numbers(String name, int rows) {
    Keyed randomness = Keyed.of(1).fold(name);
    double[] values = new double[rows * WIDTH];
    Arrays.setAll(values, i -> randomness.uniform(i, 0) - 0.5);
    return values;
  }

  private static double[] row(double[] values, int row) {
    return Arrays.copyOfRange(values, row * WIDTH, (row + 1) * WIDTH);
  }

  private static double similarity(Knn.Distance distance, double[] a, double[] b) {
    double ab = 0;
    double aa = 0;
    double bb = 0;
    double squares = 0;
    for (int i = 0; i < a.length; i++) {
      ab += a[i] * b[i];
      aa += a[i] * a[i];
      bb += b[i] * b[i];
      squares += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return distance == Knn.Distance.COSINE ? ab / Math.sqrt(aa * bb) : -Math.sqrt(squares);
  }
}
