package io.diptych.evaluate.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scoped;
import io.diptych.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Scoped.class)
final class TrustworthinessTest {
  @Test
  void isOneForTheRowsThemselves() {
    double[] points = points(100);
    assertThat(Trustworthiness.of(Tensor.of(points, 100, 2), points, 7, Steps.NONE)).isEqualTo(1);
  }

  /**
   * Rows 0, 1, 3, 7, 15 on a line, of which the map swaps the first two with the last two. The
   * nearest points of the images are 1→0 wrong and so on, counted by hand for k = 1.
   */
  @Test
  void countsHowFarDownTheListANeighbourIs() {
    Tensor rows = Tensor.of(new double[] {0, 1, 3, 7, 15}, 5, 1);
    double[] points = {0, 0, 10, 0, 1, 0, 12, 0, 20, 0};
    // Nearest on the map: 0→2 (rank 2), 1→3 (rank 3), 2→0 (rank 2), 3→1 (rank 2), 4→3 (rank 1).
    double penalty = 1 + 2 + 1 + 1;
    double expected = 1 - 2 * penalty / (5 * 1 * (2 * 5 - 3 - 1));
    assertThat(Trustworthiness.of(rows, points, 1, Steps.NONE)).isCloseTo(expected, within(1e-12));
  }

  @Test
  void isWhatASlowCountGives() {
    int count = 150;
    int neighbours = 6;
    Tensor rows = Clusters.rows(count, 5, 3, 3);
    double[] points = points(count);
    double penalty = 0;
    for (int i = 0; i < count; i++) {
      List<Integer> byRow = nearest(rows.toDoubleArray(), 5, i);
      for (int near : nearest(points, 2, i).subList(0, neighbours)) {
        penalty += Math.max(0, byRow.indexOf(near) + 1 - neighbours);
      }
    }
    double expected = 1 - 2 * penalty / (count * neighbours * (2.0 * count - 3.0 * neighbours - 1));
    assertThat(Trustworthiness.of(rows, points, neighbours, Steps.NONE))
        .isCloseTo(expected, within(1e-12));
  }

  @Test
  void refusesWhatItCannotJudge() {
    Tensor rows = Tensor.ones(10, 3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Trustworthiness.of(rows, new double[20], 5, Steps.NONE))
        .withMessage("neighbours must be at least 1 and less than half of the 10 rows, was 5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Trustworthiness.of(rows, new double[10], 2, Steps.NONE))
        .withMessage("a map of 10 rows has 20 numbers, got 10");
  }

  @Test
  void canBeEndedInEachOfItsTwoPasses() {
    Tensor rows = Clusters.rows(40, 5, 3, 3);
    for (int last : List.of(0, 20)) {
      List<Integer> steps = new ArrayList<>();
      assertThatThrownBy(
              () ->
                  Trustworthiness.of(
                      rows,
                      points(40),
                      5,
                      (done, of) -> {
                        steps.add(done);
                        if (done == last) {
                          throw new CancellationException("enough");
                        }
                      }))
          .isInstanceOf(CancellationException.class);
      assertThat(steps).endsWith(last).hasSize(last == 0 ? 1 : 2);
    }
  }

  private static List<Integer> nearest(double[] rows, int width, int from) {
    double[] squares = new double[rows.length / width];
    for (int i = 0; i < rows.length; i++) {
      squares[i / width] += Math.pow(rows[i] - rows[from * width + i % width], 2);
    }
    return IntStream.range(0, squares.length)
        .filter(i -> i != from)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> squares[i]))
        .toList();
  }

  private static double[] points(int count) {
    double[] points = Keyed.of(2).normal(Tensor.arange(2L * count, Device.CPU)).toDoubleArray();
    assertThat(Arrays.stream(points).distinct().count()).isGreaterThan(count);
    return points;
  }
}
