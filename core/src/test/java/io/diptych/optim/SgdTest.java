package io.diptych.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.diptych.nn.States;
import io.diptych.option.OptionException;
import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scoped;
import io.diptych.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(Scoped.class)
final class SgdTest {
  private static final int SIZE = 6;

  /** The rule on one parameter, number by number. */
  private static final class Oracle {
    final double[] values;
    final double[] momentum = new double[SIZE];

    Oracle(double[] values) {
      this.values = values;
    }

    void step(double[] gradient, Sgd.Settings settings, boolean decays, double lr) {
      for (int i = 0; i < SIZE; i++) {
        double g = gradient[i] + (decays ? settings.weightDecay() * values[i] : 0);
        momentum[i] = settings.momentum() * momentum[i] + g;
        values[i] -=
            lr * (settings.nesterov() ? g + settings.momentum() * momentum[i] : momentum[i]);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, false, false",
    "0, 0.1, false, false",
    "0.9, 0, false, false",
    "0.9, 0.1, false, false",
    "0.9, 0.1, false, true",
    "0.5, 0.1, true, false",
    "0.5, 0.1, true, true",
    "0, 0.1, false, true"
  })
  void makesTheStepsThatItsRuleSays(
      double momentum, double decay, boolean nesterov, boolean decayAll) {
    Sgd.Settings settings = new Sgd.Settings(1, momentum, decay, 0, nesterov, decayAll);
    Map<String, Tensor> parameters = parameters();
    Sgd sgd = new Sgd(settings, parameters);
    Map<String, Oracle> oracles = new LinkedHashMap<>();
    parameters.forEach((name, p) -> oracles.put(name, new Oracle(p.toDoubleArray())));
    for (int step = 0; step < 5; step++) {
      double lr = 0.1 / (step + 1);
      parameters.values().forEach(Tensor::clearGrad);
      for (Map.Entry<String, Tensor> entry : parameters.entrySet()) {
        boolean missing = entry.getKey().equals("c") && step % 2 == 0;
        if (!missing) {
          Tensor gradient = random(step).reshape(entry.getValue().shape().sizes());
          entry.getValue().mul(gradient).sum().backward();
          boolean decays = decayAll || entry.getValue().rank() > 1;
          oracles.get(entry.getKey()).step(gradient.toDoubleArray(), settings, decays, lr);
        }
      }
      sgd.step(lr);
      parameters.forEach(
          (name, p) -> {
            double[] values = p.toDoubleArray();
            for (int i = 0; i < SIZE; i++) {
              assertThat(values[i]).isCloseTo(oracles.get(name).values[i], within(1e-13));
            }
          });
    }
  }

  @Test
  void aParameterThatNeverHadAGradientStays() {
    Map<String, Tensor> parameters = parameters();
    double[] before = parameters.get("a").toDoubleArray();
    new Sgd(new Sgd.Settings(1, 0.9, 0.1, 0, false, true), parameters).step(1);
    assertThat(parameters.get("a").toDoubleArray()).isEqualTo(before);
    assertThat(parameters.get("a").requiresGrad()).isTrue();
  }

  @Test
  void itsStateIsTheMomentumOfEachParameterAndTakesUpWhereItWas() {
    Sgd.Settings settings = new Sgd.Settings(1, 0.9, 0.1, 0, false, false);
    Map<String, Tensor> one = parameters();
    Sgd first = new Sgd(settings, one);
    assertThat(first.state().keySet()).containsExactly("momentum.a", "momentum.b", "momentum.c");
    step(first, one, 0);
    Map<String, Tensor> two = new LinkedHashMap<>();
    one.forEach((name, p) -> two.put(name, p.copy().requiresGrad_(true)));
    Sgd second = new Sgd(settings, two);
    assertThat(second.state().get("momentum.a").abs().sum().item()).isZero();
    States.load("the optimiser", second.state(), first.state());
    step(first, one, 1);
    step(second, two, 1);
    one.forEach((name, p) -> assertThat(two.get(name).toBytes()).isEqualTo(p.toBytes()));
    assertThat(new Sgd(new Sgd.Settings(1, 0, 0, 0, false, false), one).state()).isEmpty();
  }

  @Test
  void badSettingsAreRefused() {
    assertThatExceptionOfType(OptionException.class)
        .isThrownBy(() -> new Sgd.Settings(1, 0, 0, 0, true, false))
        .withMessageContaining("nesterov")
        .withMessageContaining("needs a momentum above 0");
    assertThatExceptionOfType(OptionException.class)
        .isThrownBy(() -> new Sgd(new Sgd.Settings(1, 1, 0, 0, false, false), Map.of()))
        .withMessageContaining("momentum");
  }

  private static void step(Sgd sgd, Map<String, Tensor> parameters, int seed) {
    parameters.values().forEach(Tensor::clearGrad);
    parameters
        .values()
        .forEach(p -> p.mul(random(seed).reshape(p.shape().sizes())).sum().backward());
    sgd.step(0.1);
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
