package io.diptych.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NumbersTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0|0",
        "5.0804|5.080",
        "812|812",
        "812.25|812.3",
        "12345.678|12,346",
        "0.07888|0.07888",
        "-0.5|−0.5000",
        "0.0000213|2.130e−5",
        "-3.2e12|−3.200e12",
        "NaN|not a number",
        "Infinity|infinite",
        "-Infinity|−infinite"
      })
  void valuesHaveFourSignificantDigits(double value, String expected) {
    assertThat(Numbers.value(value)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"0.082, +8.2", "-0.021, −2.1", "0.0004, ±0.0", "-0.0004, ±0.0", "0.00051, +0.1"})
  void differencesAreSigned(double difference, String expected) {
    assertThat(Numbers.points(difference)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "1.23, 1.2 s",
    "59.4, 59 s",
    "59.9, 1 min 0 s",
    "252, 4 min 12 s",
    "3600, 1 h 0 min",
    "93784, 26 h 3 min"
  })
  void durationsHaveTwoUnits(double seconds, String expected) {
    assertThat(Numbers.duration(seconds).replace('\u00a0', ' ')).isEqualTo(expected);
  }

  @Test
  void sharesAndCountsReadWell() {
    assertThat(Numbers.percentSign(0.7231)).isEqualTo("72.3\u00a0%");
    assertThat(Numbers.count(10_000)).isEqualTo("10,000");
    assertThat(Numbers.count(1, "step")).isEqualTo("1\u00a0step");
    assertThat(Numbers.count(2, "step")).isEqualTo("2\u00a0steps");
  }
}
