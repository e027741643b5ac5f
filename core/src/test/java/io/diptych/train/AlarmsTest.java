package io.diptych.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.diptych.option.Options;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class AlarmsTest {
  private long step;

  private static Alarms alarms(Object... options) {
    Map<String, Object> given = new HashMap<>(Map.of("patience", 3));
    for (int i = 0; i < options.length; i += 2) {
      given.put((String) options[i], options[i + 1]);
    }
    return new Alarms(Options.defaults(AlarmSettings.class, given));
  }

  /** Shows a line of features of width 64, which have a deviation of about 0.125 when healthy. */
  private Optional<Alarms.Alarm> see(Alarms alarms, double std, double gradNorm) {
    step += 10;
    return alarms.see(
        new MetricSink.StepMetrics(
            step, 1000, 1, 2, Map.of(), Map.of(), 0.1, 1, 0, std, 5, 1, gradNorm, 0),
        64);
  }

  @Test
  void featuresThatStayTheSameStopTheRunAndAreExplained() {
    Alarms alarms = alarms();
    for (int line = 0; line < 2; line++) {
      assertThat(see(alarms, 1e-5, 1)).isEmpty();
    }
    Alarms.Alarm alarm = see(alarms, 1e-5, 1).orElseThrow();
    assertThat(alarm.stops()).isTrue();
    assertThat(alarm.rule()).isEqualTo("collapse");
    assertThat(alarm.text())
        .startsWith(
            "the features collapsed: on the last 3 log lines their standard deviation was below"
                + " 0.000125, now 1.00e-05 at step 30 (rows that differ have about 0.125)")
        .contains("Try a lower learning rate")
        .doesNotContain("\n");
  }

  @Test
  void lowFeaturesInBetweenOrUnknownOnesAreNoReason() {
    Alarms alarms = alarms();
    for (int line = 0; line < 50; line++) {
      assertThat(see(alarms, line % 3 == 0 ? 0.1 : 1e-5, 1)).isEmpty();
      assertThat(see(alarms, Double.NaN, 1)).isEmpty();
    }
  }

  @Test
  void aWarningComesAgainOnlyAfterItHasBeenWell() {
    Alarms alarms = alarms("collapse", "warn");
    int warnings = 0;
    for (int line = 0; line < 40; line++) {
      Optional<Alarms.Alarm> alarm = see(alarms, line == 20 ? 0.1 : 1e-5, 1);
      assertThat(alarm.map(Alarms.Alarm::stops).orElse(false)).isFalse();
      warnings += alarm.isPresent() ? 1 : 0;
    }
    assertThat(warnings).isEqualTo(2);
  }

  @Test
  void gradientsFarAboveTheUsualOnesExplode() {
    Alarms alarms = alarms("gradients", "stop", "gradient_factor", 100);
    for (int line = 0; line < 30; line++) {
      assertThat(see(alarms, 0.1, 2)).isEmpty();
    }
    assertThat(see(alarms, 0.1, 201)).isEmpty();
    assertThat(see(alarms, 0.1, 1e6)).isEmpty();
    Alarms.Alarm alarm = see(alarms, 0.1, 1e7).orElseThrow();
    assertThat(alarm.stops()).isTrue();
    assertThat(alarm.text())
        .startsWith(
            "the gradients exploded: their norm was more than 100.0 times its median, 2.00, on the"
                + " last 3 log lines, now 1.00e+07 at step 330. Try train.clip_norm=20");
  }

  @Test
  void theBeginningOfARunIsNoMeasureOfGradients() {
    Alarms alarms = alarms();
    for (int line = 0; line < 15; line++) {
      assertThat(see(alarms, 0.1, Math.pow(10, line))).isEmpty();
    }
  }

  @Test
  void rulesCanBeTurnedOff() {
    Alarms alarms = alarms("collapse", "off", "gradients", "off");
    for (int line = 0; line < 50; line++) {
      assertThat(see(alarms, 0, line > 40 ? 1e12 : 1)).isEmpty();
    }
  }
}
