package io.diptych.option;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TextTest {
  @Test
  void numbersAreWrittenWithTheFewestDigits() {
    assertThat(Stream.of(0.1, 1.0, 100.0, 1e-4, 1e-5, 5e-324, 1.7976931348623157e308, 1e23, 2e23))
        .extracting(Text::of)
        .containsExactly(
            "0.1",
            "1.0",
            "100.0",
            "0.0001",
            "1.0e-5",
            "5.0e-324",
            "1.7976931348623157e+308",
            "1.0e+23",
            "2.0e+23");
    assertThat(Stream.of(-0.0, 0.0, 123456789.0, 1e15, 0.30000000000000004, -2.5e-7, 0x1p-44))
        .extracting(Text::of)
        .containsExactly(
            "-0.0",
            "0.0",
            "123456789.0",
            "1.0e+15",
            "0.30000000000000004",
            "-2.5e-7",
            "5.684341886080802e-14");
  }

  @Test
  void anyFiniteNumberReadsBack() {
    long seed = Long.getLong("test.seed", 20_261_121L);
    Random random = new Random(seed);
    for (int i = 0; i < 2_000; i++) {
      double value = Double.longBitsToDouble(random.nextLong());
      if (Double.isFinite(value)) {
        assertThat(Double.parseDouble(Text.of(value))).as("seed %d", seed).isEqualTo(value);
      }
    }
  }
}
