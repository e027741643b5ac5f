package io.diptych.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.diptych.option.Choice;
import io.diptych.option.OptionException;
import io.diptych.option.Options;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TwoStageCosineScheduleTest {
  @Test
  void eachStageWarmsUpFromZeroAndFallsToItsEnd() {
    // Ten steps to an epoch; stages of 10 and 6 epochs, warm-ups of 2 and 1.
    Schedule schedule =
        schedule(16, Map.of("warmup_epochs", 2, "first_epochs", 10, "second_warmup_epochs", 1));
    assertThat(schedule.at(0)).isZero();
    assertThat(schedule.at(10)).isEqualTo(0.5);
    assertThat(schedule.at(20)).isEqualTo(1);
    assertThat(schedule.at(60)).isCloseTo((1 + 0.001) / 2, within(1e-12));
    assertThat(schedule.at(99)).isBetween(0.001, 0.002);
    assertThat(schedule.at(100)).isZero();
    assertThat(schedule.at(105)).isCloseTo(0.025, within(1e-12));
    assertThat(schedule.at(110)).isEqualTo(0.05);
    assertThat(schedule.at(159)).isBetween(0.05 * 0.001, 0.05 * 0.003);
  }

  @ParameterizedTest
  @CsvSource({"20, 3", "21, 5", "50, 5", "51, 10"})
  void theUsualWarmUpGrowsWithTheRun(int epochs, int warmup) {
    Schedule schedule = schedule(epochs, Map.of());
    assertThat(schedule.at(warmup * 10L - 1)).isLessThan(1);
    assertThat(schedule.at(warmup * 10L)).isEqualTo(1);
  }

  @Test
  void withoutASecondStageThereIsOneCosine() {
    Schedule two = schedule(12, Map.of("warmup_epochs", 0, "final_lr", 0.1));
    Schedule one =
        Optimizers.schedule(
            new Choice(
                "cosine", Options.defaults(CosineSchedule.Settings.class, Map.of("final_lr", 0.1))),
            1,
            256,
            10,
            120);
    for (int t = 0; t < 120; t++) {
      assertThat(two.at(t)).isCloseTo(one.at(t), within(1e-12));
    }
  }

  @Test
  void bothRatesGrowWithTheBatchIfAskedFor() {
    Map<String, Object> options =
        Map.of("warmup_epochs", 0, "first_epochs", 4, "second_warmup_epochs", 0);
    Schedule scaled = schedule(8, options, 512);
    assertThat(scaled.at(0)).isEqualTo(2);
    assertThat(scaled.at(40)).isEqualTo(0.1);
    Map<String, Object> fixed = new HashMap<>(options);
    fixed.put("scale_lr", false);
    assertThat(schedule(8, fixed, 512).at(40)).isEqualTo(0.05);
  }

  @Test
  void stagesAreOfAtLeastOneEpoch() {
    assertThatExceptionOfType(OptionException.class)
        .isThrownBy(() -> schedule(8, Map.of("first_epochs", 0)))
        .withMessageStartingWith("first_epochs: must be ");
  }

  private static Schedule schedule(int epochs, Map<String, Object> options) {
    return schedule(epochs, options, 256);
  }

  private static Schedule schedule(int epochs, Map<String, Object> options, int batch) {
    TwoStageCosineSchedule.Settings settings =
        Options.defaults(TwoStageCosineSchedule.Settings.class, options);
    return Optimizers.schedule(
        new Choice("two_stage_cosine", settings), 1, batch, 10, 10L * epochs);
  }
}
