package io.diptych.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.diptych.nn.States;
import io.diptych.option.Choice;
import io.diptych.option.OptionException;
import io.diptych.option.Options;
import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scoped;
import io.diptych.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What recorded steps of Adam, AdamW, LARS and SGD do not show. */
@ExtendWith(Scoped.class)
final class AdaptiveTest {
  private static final int SIZE = 6;

  @ParameterizedTest
  @ValueSource(strings = {"sgd", "adam", "adamw", "lars"})
  void anyOptimiserTakesUpWhereItsStateWas(String name) {
    Map<String, Object> overrides = new LinkedHashMap<>();
    if (name.equals("sgd") || name.equals("lars")) {
      overrides.put("dampening", 0.5);
    }
    OptimizerSettings settings = settings(name, overrides);
    Map<String, Tensor> one = parameters();
    Optimizer first = settings.create(one);
    // The vector has no gradient at first: each parameter counts its own steps.
    step(first, one, 0, "b");
    step(first, one, 1, "");
    Map<String, Tensor> two = new LinkedHashMap<>();
    one.forEach((key, p) -> two.put(key, p.copy().requiresGrad_(true)));
    Optimizer second = settings.create(two);
    States.load("the optimiser", second.state(), first.state());
    for (int i = 2; i < 5; i++) {
      step(first, one, i, "");
      step(second, two, i, "");
    }
    one.forEach((key, p) -> assertThat(two.get(key).toBytes()).as(key).isEqualTo(p.toBytes()));
  }

  @Test
  void theFirstStepOfAdamIsTheRateWhateverTheGradientAndWheneverItComes() {
    Map<String, Tensor> parameters = parameters();
    Optimizer adam = settings("adam", Map.of("epsilon", 1e-30)).create(parameters);
    step(adam, parameters, 0, "b");
    step(adam, parameters, 1, "b");
    double[] before = parameters.get("b").toDoubleArray();
    step(adam, parameters, 2, "");
    double[] after = parameters.get("b").toDoubleArray();
    for (int i = 0; i < SIZE; i++) {
      assertThat(Math.abs(after[i] - before[i])).isCloseTo(0.1, within(1e-12));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sgd", "adam", "adamw", "lars"})
  void vectorsDecayOnlyIfAskedForAndByTheDecayOfTheStep(String name) {
    for (boolean all : new boolean[] {true, false}) {
      Map<String, Tensor> decayed = parameters();
      Map<String, Tensor> plain = parameters();
      Map<String, Object> options = Map.of("decay_all", all, "weight_decay", 0.5);
      OptimizerSettings settings = settings(name, options);
      step(settings.create(decayed), decayed, 0, "");
      Optimizer other = settings.create(plain);
      give(plain, 0, "");
      other.step(0.1, 0);
      assertThat(decayed.get("a").toDoubleArray()).isNotEqualTo(plain.get("a").toDoubleArray());
      boolean same = Arrays.equals(decayed.get("b").toBytes(), plain.get("b").toBytes());
      assertThat(same).isEqualTo(!all);
    }
  }

  @Test
  void larsMakesAStepProportionalToTheWeightsWhateverTheGradientsScale() {
    for (String form : List.of("norm-of-sum", "sum-of-norms")) {
      List<double[]> moved = new ArrayList<>();
      for (double scale : new double[] {1, 1000}) {
        Map<String, Tensor> parameters = parameters();
        Optimizer lars =
            settings(
                    "lars",
                    Map.of("form", form, "weight_decay", 0.0, "bias_lr", 0.25, "momentum", 0.0))
                .create(parameters);
        Map<String, Tensor> before = new LinkedHashMap<>();
        parameters.forEach((key, p) -> before.put(key, p.detach().copy()));
        parameters.forEach((key, p) -> p.mul(gradient(p, 0).mul(scale)).sum().backward());
        lars.step(0.1);
        Tensor matrix = before.get("a").sub(parameters.get("a").detach());
        assertThat(matrix.square().sum().sqrt().item())
            .isCloseTo(0.1 * 0.001 * before.get("a").square().sum().sqrt().item(), within(1e-12));
        Tensor vector = before.get("b").sub(parameters.get("b").detach());
        assertThat(vector.sub(gradient(vector, 0).mul(0.025 * scale)).abs().max().item())
            .isLessThan(1e-9);
        moved.add(matrix.toDoubleArray());
      }
      assertThat(moved.get(1))
          .usingElementComparator((x, y) -> Math.abs(x - y) < 1e-12 ? 0 : 1)
          .containsExactly(moved.get(0));
    }
  }

  @Test
  void theNamesOfVectorsAreTheOnesOfPublishedRules() {
    Tensor matrix = Tensor.zeros(2, 2);
    assertThat(Parameters.isVector("conv.weight", matrix)).isFalse();
    assertThat(Parameters.isVector("bn.weight", Tensor.zeros(2))).isTrue();
    assertThat(Parameters.isVector("scale", Tensor.scalar(1))).isTrue();
    assertThat(Parameters.isVector("head.bias", matrix)).isTrue();
    assertThat(Parameters.isVector("encoder.pos_embed", matrix)).isTrue();
    assertThat(Parameters.isVector("cls_token", matrix)).isTrue();
  }

  @Test
  void aLongGradientIsBroughtToTheBoundAndAShortOneStays() {
    Map<String, Tensor> parameters = parameters();
    give(parameters, 0, "c");
    double[] before = parameters.get("a").grad().toDoubleArray();
    double norm = GradientClip.clip(parameters.values(), 1e9).item();
    assertThat(parameters.get("a").grad().toDoubleArray()).isEqualTo(before);
    assertThat(GradientClip.clip(parameters.values(), norm / 2).item())
        .isCloseTo(norm, within(0.0));
    assertThat(parameters.get("a").grad().toDoubleArray()[0])
        .isCloseTo(before[0] * norm / 2 / (norm + 1e-6), within(1e-14));
    parameters.values().forEach(Tensor::clearGrad);
    assertThat(GradientClip.clip(parameters.values(), 1).item()).isZero();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GradientClip.clip(List.of(), 0))
        .withMessage("the largest gradient norm must be above 0, got 0.0");
  }

  @Test
  void badSettingsAreRefused() {
    assertThatExceptionOfType(OptionException.class)
        .isThrownBy(() -> settings("lars", Map.of("nesterov", true, "momentum", 0.0)))
        .withMessageContaining("nesterov")
        .withMessageContaining("needs a momentum above 0");
    assertThatExceptionOfType(OptionException.class)
        .isThrownBy(() -> settings("adam", Map.of("beta2", 1.0)))
        .withMessageContaining("beta2");
  }

  private static OptimizerSettings settings(String name, Map<String, Object> overrides) {
    return switch (name) {
      case "sgd" -> Options.defaults(Sgd.Settings.class, overrides);
      case "adam" -> Options.defaults(Adam.Settings.class, overrides);
      case "adamw" -> Options.defaults(AdamW.Settings.class, overrides);
      default ->
          Optimizers.settings(new Choice(name, Options.defaults(Lars.Settings.class, overrides)));
    };
  }

  private static void step(
      Optimizer optimizer, Map<String, Tensor> parameters, int seed, String without) {
    give(parameters, seed, without);
    optimizer.step(0.1);
  }

  private static void give(Map<String, Tensor> parameters, int seed, String without) {
    parameters.forEach(
        (name, p) -> {
          p.clearGrad();
          if (!name.equals(without)) {
            p.mul(gradient(p, seed)).sum().backward();
          }
        });
  }

  private static Tensor gradient(Tensor like, int seed) {
    return random(seed).reshape(like.shape().sizes());
  }

  private static Map<String, Tensor> parameters() {
    Map<String, Tensor> parameters = new LinkedHashMap<>();
    parameters.put("a", random(100).reshape(2, 3).copy().requiresGrad_(true));
    parameters.put("b", random(101).copy().requiresGrad_(true));
    parameters.put("c", random(102).reshape(1, 6).copy().requiresGrad_(true));
    return parameters;
  }

  private static Tensor random(int seed) {
    return Keyed.of(seed).normal(Tensor.arange(SIZE, Device.CPU));
  }
}
