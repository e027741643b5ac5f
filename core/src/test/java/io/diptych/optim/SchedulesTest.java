package io.diptych.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.diptych.nn.States;
import io.diptych.option.Choice;
import io.diptych.option.OptionException;
import io.diptych.option.Options;
import io.diptych.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Schedules other than the plain cosine, over a run of 20 epochs of 10 steps. */
final class SchedulesTest {
  private static Schedule schedule(String name, Map<String, Object> options) {
    Class<? extends Record> type = Optimizers.SCHEDULES.members().get(name);
    return Optimizers.schedule(
        new Choice(name, Options.defaults(type, options)), 0.8, 512, 10, 200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"constant", "step", "exponential", "cosine", "cosine_restarts"})
  void aWarmUpComesBeforeEveryCurveAndScalingMultipliesIt(String name) {
    Schedule plain = schedule(name, Map.of());
    Schedule warm = schedule(name, Map.of("warmup_epochs", 2, "scale_lr", true));
    assertThat(warm.at(0)).isCloseTo(1.6 / 20, within(1e-12));
    assertThat(warm.at(19)).isCloseTo(1.6, within(1e-12));
    if (!name.equals("cosine")) {
      assertThat(warm.at(77)).isCloseTo(2 * plain.at(77), within(1e-12));
    }
  }

  @ParameterizedTest
  @CsvSource({
    // ramp, every, rates of steps 0, 9, 10 and 19 of a warm-up of 20 steps from 0.2 to 0.8
    "above-start, step, 0.23, 0.5, 0.53, 0.8",
    "below-end, step, 0.2, 0.47, 0.5, 0.77",
    "full, step, 0.2, 0.48421052631578946, 0.5157894736842105, 0.8",
    "above-start, epoch, 0.5, 0.5, 0.8, 0.8",
    "below-end, epoch, 0.2, 0.2, 0.5, 0.5",
    "full, epoch, 0.2, 0.2, 0.8, 0.8"
  })
  void warmUpsTakeDifferentPointsOfTheLine(
      String ramp, String every, double first, double ninth, double tenth, double last) {
    Schedule schedule =
        schedule(
            "constant",
            Map.of(
                "warmup_epochs", 2, "warmup", Map.of("start", 0.25, "ramp", ramp, "every", every)));
    assertThat(schedule.at(0)).isCloseTo(first, within(1e-12));
    assertThat(schedule.at(9)).isCloseTo(ninth, within(1e-12));
    assertThat(schedule.at(10)).isCloseTo(tenth, within(1e-12));
    assertThat(schedule.at(19)).isCloseTo(last, within(1e-12));
    assertThat(schedule.at(20)).isEqualTo(0.8);
  }

  @Test
  void aWarmUpMayLeadToTheCurveItHides() {
    Map<String, Object> hidden = Map.of("spans", "run", "warmup_epochs", 5);
    Map<String, Object> joined = new TreeMap<>(hidden);
    joined.put("warmup", Map.of("target", "curve"));
    Schedule curve = schedule("cosine", Map.of());
    assertThat(schedule("cosine", hidden).at(49)).isCloseTo(0.8, within(1e-12));
    assertThat(schedule("cosine", joined).at(49)).isCloseTo(curve.at(49), within(1e-12));
    assertThat(schedule("cosine", joined).at(50)).isCloseTo(curve.at(50), within(1e-12));
  }

  @Test
  void aCosineOfEpochsIsReadAtTheirStartOrEnd() {
    Schedule start = schedule("cosine", Map.of("every", "epoch", "final_lr", 0.1));
    Schedule end = schedule("cosine", Map.of("every", "epoch", "final_lr", 0.1, "point", "end"));
    assertThat(start.at(0)).isEqualTo(0.8);
    assertThat(end.at(199)).isCloseTo(0.08, within(1e-12));
    for (int step = 0; step < 190; step++) {
      assertThat(end.at(step)).isEqualTo(start.at(step / 10 * 10 + 10));
      assertThat(start.at(step)).isEqualTo(start.at(step / 10 * 10));
    }
  }

  @Test
  void milestonesCountFromTheStartOrTheEnd() {
    Schedule start = schedule("multi_step", Map.of("milestones", List.of(5, 15), "gamma", 0.5));
    Schedule end = schedule("multi_step", Map.of("milestones", List.of(-15, -5), "gamma", 0.5));
    for (int step = 0; step < 200; step++) {
      double expected = step < 50 ? 0.8 : step < 150 ? 0.4 : 0.2;
      assertThat(start.at(step)).isCloseTo(expected, within(1e-12));
      assertThat(end.at(step)).isCloseTo(expected, within(1e-12));
    }
    Schedule before = schedule("multi_step", Map.of("milestones", List.of(-30, -20)));
    assertThat(before.at(0)).as("before the run; at its start").isCloseTo(0.08, within(1e-12));
  }

  @Test
  void milestonesThatDoNotRiseAreRefused() {
    assertThatExceptionOfType(OptionException.class)
        .isThrownBy(() -> schedule("multi_step", Map.of("milestones", List.of(30, 20))))
        .withMessageContaining("milestones: must rise, but 20 follows 30");
  }

  @Test
  void stepsFallInEvenDistancesWhichMayBeParts() {
    Schedule schedule = schedule("step", Map.of("size_epochs", 2.5, "gamma", 0.5));
    assertThat(schedule.at(24)).isEqualTo(0.8);
    assertThat(schedule.at(25)).isEqualTo(0.4);
    assertThat(schedule.at(50)).isEqualTo(0.2);
  }

  @Test
  void anExponentialFallsByAFactorOrToARate() {
    Schedule factor = schedule("exponential", Map.of("gamma", 0.9));
    assertThat(factor.at(25)).isCloseTo(0.8 * 0.81, within(1e-12));
    Schedule end = schedule("exponential", Map.of("final_lr", 0.01, "every", "step"));
    assertThat(end.at(100)).isCloseTo(0.08, within(1e-12));
    assertThat(end.at(200)).isCloseTo(0.008, within(1e-12));
  }

  @Test
  void restartsGrowByTheirFactor() {
    Schedule schedule = schedule("cosine_restarts", Map.of("period_epochs", 2, "period_factor", 2));
    for (long start : new long[] {0, 20, 60, 140}) {
      assertThat(schedule.at(start)).isEqualTo(0.8);
    }
    assertThat(schedule.at(40)).isCloseTo(0.4, within(1e-12));
    assertThat(schedule.at(139)).isLessThan(0.001);
  }

  @Test
  void trianglesHalveAndTheMomentumGoesTheOtherWay() {
    Schedule schedule =
        schedule(
            "triangular",
            Map.of(
                "up_epochs",
                4,
                "down_epochs",
                4,
                "low_lr",
                0.25,
                "low_momentum",
                0.5,
                "every",
                "step"));
    assertThat(schedule.at(0)).isCloseTo(0.2, within(1e-12));
    assertThat(schedule.at(40)).isCloseTo(0.8, within(1e-12));
    assertThat(schedule.at(60)).isCloseTo(0.5, within(1e-12));
    assertThat(schedule.at(120)).isCloseTo(0.5, within(1e-12));
    assertThat(schedule.momentum(0, 0.9)).isCloseTo(0.9, within(1e-12));
    assertThat(schedule.momentum(40, 0.9)).isCloseTo(0.5, within(1e-12));
    assertThat(schedule.momentum(120, 0.9)).isCloseTo(0.7, within(1e-12));
  }

  @Test
  void aPlateauGoesOnFromItsState() {
    Map<String, Object> options =
        Map.of("factor", 0.5, "patience", 1, "threshold", 0.1, "low_lr", 0.25);
    Schedule whole = schedule("plateau", options);
    Schedule first = schedule("plateau", options);
    double[] losses = {5, 4, 3.9, 3.8, 3.7, 3.7, 3.7, 3.7, 3.7, 3.7, 3.7};
    for (int epoch = 0; epoch < losses.length; epoch++) {
      if (epoch == 5) {
        Schedule second = schedule("plateau", options);
        Map<String, Tensor> saved = first.state();
        States.load("plateau", second.state(), saved);
        first = second;
      }
      assertThat(first.at(epoch * 10L)).isEqualTo(whole.at(epoch * 10L));
      whole.epochEnded(losses[epoch]);
      first.epochEnded(losses[epoch]);
    }
    assertThat(whole.at(0)).as("the lowest rate").isCloseTo(0.2, within(1e-12));
  }

  @Test
  void everyScheduleDocumentsItselfAndOnlyThePlateauHasState() {
    Optimizers.SCHEDULES
        .members()
        .forEach(
            (name, type) -> {
              assertThat(Options.describe(type)).isNotEmpty();
              Map<String, Object> required =
                  name.equals("multi_step") ? Map.of("milestones", List.of()) : Map.of();
              assertThat(schedule(name, required).state().isEmpty())
                  .as(name)
                  .isEqualTo(!name.equals("plateau"));
            });
  }
}
