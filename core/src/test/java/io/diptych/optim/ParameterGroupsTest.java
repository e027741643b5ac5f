package io.diptych.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.diptych.nn.States;
import io.diptych.option.Choice;
import io.diptych.option.OptionException;
import io.diptych.option.Options;
import io.diptych.tensor.Scoped;
import io.diptych.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(Scoped.class)
final class ParameterGroupsTest {
  private static Map<String, Tensor> parameters() {
    Map<String, Tensor> parameters = new LinkedHashMap<>();
    for (String name : List.of("encoder.conv.weight", "encoder.conv.bias", "head.weight")) {
      long[] shape = name.endsWith("bias") ? new long[] {2} : new long[] {2, 1};
      parameters.put(name, Tensor.ones(shape).requiresGrad_(true));
    }
    return parameters;
  }

  private static void giveGradients(Map<String, Tensor> parameters) {
    parameters.values().forEach(Tensor::clearGrad);
    parameters.values().forEach(p -> p.square().sum().mul(0.5).backward());
  }

  private static Optimizer create(
      String name, Map<String, Tensor> parameters, List<ParameterGroup> groups) {
    Map<String, Object> options = Map.of("weight_decay", 0.1, "decay_all", true);
    Choice choice =
        new Choice(name, Options.defaults(Optimizers.FAMILY.members().get(name), options));
    return Optimizers.create(choice, parameters, groups);
  }

  private static float first(Map<String, Tensor> parameters, String name) {
    return parameters.get(name).toFloatArray()[0];
  }

  @Test
  void ratesAndDecaysAreThoseOfTheFirstGroupThatMatches() {
    Map<String, Tensor> parameters = parameters();
    Optimizer sgd =
        create(
            "sgd",
            parameters,
            List.of(
                new ParameterGroup("*.bias", 1, 0),
                new ParameterGroup("encoder.*", 0.1, 1),
                new ParameterGroup("head.weight", 0, 1)));
    giveGradients(parameters);
    sgd.step(0.5);
    assertThat(first(parameters, "encoder.conv.bias")).isEqualTo(0.5f);
    assertThat(first(parameters, "encoder.conv.weight")).isCloseTo(0.945f, within(1e-6f));
    assertThat(first(parameters, "head.weight")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sgd", "adam", "adamw", "lars"})
  void groupsOfTheSameRatesMakeTheStepsOfOneAndGoOnFromTheirState(String name) {
    List<ParameterGroup> groups = List.of(new ParameterGroup("encoder.*.weight", 1, 1));
    Map<String, Tensor> together = parameters();
    Map<String, Tensor> apart = parameters();
    Optimizer one = create(name, together, List.of());
    Optimizer several = create(name, apart, groups);
    for (int step = 0; step < 4; step++) {
      if (step == 2) {
        Map<String, Tensor> saved = several.state();
        several = create(name, apart, groups);
        States.load("optimizer", several.state(), saved);
      }
      giveGradients(together);
      giveGradients(apart);
      one.step(0.1);
      several.step(0.1);
      for (String parameter : together.keySet()) {
        assertThat(apart.get(parameter).toFloatArray())
            .as(parameter)
            .isEqualTo(together.get(parameter).toFloatArray());
      }
    }
  }

  @Test
  void aGroupOfNothingIsRefused() {
    assertThatExceptionOfType(OptionException.class)
        .isThrownBy(
            () ->
                create(
                    "sgd",
                    parameters(),
                    List.of(
                        new ParameterGroup("head.*", 1, 1), new ParameterGroup("head.w*", 1, 1))))
        .withMessage(
            "parameter_groups.1.match: 'head.w*' matches no parameter that an earlier group has"
                + " not; parameters are called encoder.conv.weight, encoder.conv.bias,"
                + " head.weight, …");
  }

  @Test
  void namesAreTakenAsTheyAreButForAsterisks() {
    assertThat(new ParameterGroup("a.b", 1, 1).matches("a.b")).isTrue();
    assertThat(new ParameterGroup("a.b", 1, 1).matches("axb")).isFalse();
    assertThat(new ParameterGroup("*", 1, 1).matches("anything.at.all")).isTrue();
    assertThat(new ParameterGroup("a.*.c", 1, 1).matches("a.b.b.c")).isTrue();
    assertThat(new ParameterGroup("a.*", 1, 1).matches("b.a.c")).isFalse();
  }

  @Test
  void theMomentumOfAStepMayDifferFromThatOfTheSettings() {
    Map<String, Tensor> parameters = Map.of("p", Tensor.ones(1).requiresGrad_(true));
    Sgd sgd = new Sgd(new Sgd.Settings(1, 0.9, 0, 0, false, true), parameters);
    giveGradients(parameters);
    sgd.step(0.1, 0, 0.9); // momentum 1, value 0.9
    giveGradients(parameters);
    sgd.step(0.1, 0, 0.5); // momentum 0.5 · 1 + 0.9 = 1.4, value 0.76
    assertThat(first(parameters, "p")).isCloseTo(0.76f, within(1e-6f));
  }

  @Test
  void aClippedRatioOfLarsIsARateThatTheLearningRateBounds() {
    // ‖p‖ = ‖g‖, so the ratio is η: below the one rate, above the other.
    for (double rate : new double[] {0.001, 10}) {
      Map<String, Tensor> parameters = Map.of("p", Tensor.ones(2, 1).requiresGrad_(true));
      Map<String, Object> options =
          Map.of("clip", true, "eta", 0.01, "momentum", 0, "weight_decay", 0);
      Lars lars = new Lars(Options.defaults(Lars.Settings.class, options), parameters);
      giveGradients(parameters);
      lars.step(rate);
      assertThat(first(parameters, "p"))
          .isCloseTo((float) (1 - Math.min(rate, 0.01)), within(1e-6f));
    }
  }
}
