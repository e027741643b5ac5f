package io.diptych.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.diptych.report.Axis.Tick;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AxisTest {
  private static final double NO_FLOOR = Double.POSITIVE_INFINITY;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "47.2|85.3|40 50 60 70 80 90",
        "5.02|6.61|5.0 5.5 6.0 6.5 7.0",
        "-0.3|0.8|−0.4 −0.2 0.0 0.2 0.4 0.6 0.8",
        "0.00021|0.00029|0.00020 0.00022 0.00024 0.00026 0.00028 0.00030",
        "9000|11000|9,000 9,500 10,000 10,500 11,000",
        "3|3|1 2 3 4 5",
        "0|0|−1.0 −0.5 0.0 0.5 1.0",
      })
  void ticksAreRoundAndEncloseTheValues(double low, double high, String expected) {
    Axis axis = Axis.around(low, high, NO_FLOOR, 4);

    assertThat(axis.ticks()).extracting(Tick::label).containsExactly(expected.split(" "));
    assertThat(axis.position(low)).isBetween(0.0, 1.0);
    assertThat(axis.position(high)).isBetween(0.0, 1.0);
  }

  @ParameterizedTest
  @CsvSource({"0.02, 0.08", "5, 5", "0, 0"})
  void floorIsOnTheAxis(double low, double high) {
    Axis axis = Axis.around(low, high, 0, 4);

    assertThat(axis.position(0)).isCloseTo(0, within(1e-9));
    assertThat(axis.position(high)).isBetween(0.0, 1.0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "10|0 2 4 6 8 10",
        "0.0128|0.000 0.005 0.010",
        "780|0 200 400 600",
        "1|0.0 0.2 0.4 0.6 0.8 1.0"
      })
  void axisUpToAValueEndsThere(double end, String expected) {
    Axis axis = Axis.upTo(end, 4);

    assertThat(axis.ticks()).extracting(Tick::label).containsExactly(expected.split(" "));
    assertThat(axis.position(end)).isCloseTo(1, within(1e-9));
  }
}
