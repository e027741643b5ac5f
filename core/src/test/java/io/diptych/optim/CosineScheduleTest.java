package io.diptych.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.diptych.option.OptionException;
import io.diptych.option.Options;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class CosineScheduleTest {
  private static CosineSchedule schedule(double warmupEpochs, double finalLr, boolean scale) {
    return new CosineSchedule(
        Options.defaults(
            CosineSchedule.Settings.class,
            Map.of("warmup_epochs", warmupEpochs, "final_lr", finalLr, "scale_lr", scale)),
        0.4,
        512,
        10,
        110);
  }

  @Test
  void withoutWarmUpItFallsFromTheBaseByHalfACosine() {
    Schedule schedule = schedule(0, 0, false);
    assertThat(schedule.at(0)).isEqualTo(0.4);
    assertThat(schedule.at(55)).isCloseTo(0.2, within(1e-15));
    assertThat(schedule.at(109))
        .isCloseTo(0.2 * (1 + Math.cos(Math.PI * 109 / 110)), within(1e-15));
    assertThat(schedule.at(110)).isCloseTo(0, within(1e-15));
  }

  @Test
  void warmUpRisesInEqualPartsToTheBase() {
    Schedule schedule = schedule(1, 0.1, false);
    assertThat(schedule.at(0)).isCloseTo(0.04, within(1e-15));
    assertThat(schedule.at(4)).isCloseTo(0.2, within(1e-15));
    assertThat(schedule.at(9)).isCloseTo(0.4, within(1e-15));
    assertThat(schedule.at(10)).isCloseTo(0.4, within(1e-15));
    assertThat(schedule.at(60)).isCloseTo((0.4 + 0.04) / 2, within(1e-15));
    assertThat(schedule.at(110)).isCloseTo(0.04, within(1e-15));
  }

  @Test
  void afterWarmUpTheRateNeverRises() {
    Schedule schedule = schedule(1.5, 0, false);
    for (long step = 15; step < 110; step++) {
      assertThat(schedule.at(step)).isLessThanOrEqualTo(schedule.at(step - 1));
    }
  }

  @Test
  void scalingMultipliesByTheBatchOver256() {
    assertThat(schedule(0, 0, true).at(0)).isEqualTo(0.8);
  }

  @Test
  void aWarmUpLongerThanTheRunDoesNotReachTheBase() {
    assertThat(schedule(22, 0, false).at(109)).isCloseTo(0.2, within(1e-15));
  }

  @Test
  void badSettingsAreRefused() {
    assertThatExceptionOfType(OptionException.class)
        .isThrownBy(() -> schedule(-1, 0, false))
        .withMessageContaining("warmup_epochs");
    assertThatExceptionOfType(OptionException.class)
        .isThrownBy(() -> schedule(0, 2, false))
        .withMessageContaining("final_lr");
  }
}
