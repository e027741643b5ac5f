package io.diptych.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.diptych.report.Series.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ThinningTest {
  private static List<Point> noise(int count) {
    SplittableRandom random = new SplittableRandom(1);
    return IntStream.range(0, count).mapToObj(i -> new Point(i, random.nextDouble())).toList();
  }

  @Test
  void shortLogsStayAsTheyAre() {
    List<Point> points = noise(40);

    assertThat(Thinning.columns(points, 10)).isEqualTo(points);
  }

  @Test
  void longLogsKeepTheEndsAndTheExtremesOfEachColumn() {
    List<Point> points = new ArrayList<>(noise(100_000));
    points.set(54_321, new Point(54_321, 9));
    points.set(12_345, new Point(12_345, -9));

    List<Point> thin = Thinning.columns(points, 100);

    assertThat(thin).hasSizeBetween(200, 404).isSubsetOf(points);
    assertThat(thin).contains(points.get(0), points.get(54_321), points.get(12_345));
    assertThat(thin.get(thin.size() - 1)).isEqualTo(points.get(99_999));
    assertThat(thin).extracting(Point::x).isSorted();
  }

  @Test
  void gapsAreNotThinnedAway() {
    List<Point> points = new ArrayList<>(noise(10_000));
    points.set(5000, new Point(5000, Double.NaN));

    assertThat(Thinning.columns(points, 100)).contains(points.get(5000));
  }

  @Test
  void runningMeanIsTheMeanOfTheWindow() {
    List<Point> points = new ArrayList<>(noise(50));
    points.set(20, new Point(20, Double.NaN));

    List<Point> means = Thinning.runningMean(points, 5);

    for (int i = 0; i < points.size(); i++) {
      double expected =
          points.subList(Math.max(0, i - 2), Math.min(50, i + 3)).stream()
              .filter(Point::finite)
              .mapToDouble(Point::y)
              .average()
              .orElseThrow();
      if (i == 20) {
        assertThat(means.get(i).y()).isNaN();
      } else {
        assertThat(means.get(i).y()).isCloseTo(expected, within(1e-12));
      }
    }
  }
}
