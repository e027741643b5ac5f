package io.diptych.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.diptych.tensor.Backend;
import io.diptych.tensor.Device;
import io.diptych.tensor.Scoped;
import io.diptych.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Scoped.class)
final class DropPathTest {
  @Test
  void wholeSamplesBecomeZeroAndTheMeanStays() {
    Backend.seed(1);
    Tensor input = Tensor.ones(4000, 2, 3).requiresGrad_(true);
    Tensor output = new DropPath(0.25).forward(input);
    output.sum().backward();
    Tensor perSample = output.detach().reshape(4000, 6);
    assertThat(perSample.std(false, 1).max().item()).isZero();
    assertThat(output.mean().item()).isCloseTo(1, within(0.03));
    assertThat(output.max().item()).isCloseTo(1 / 0.75, within(1e-6));
    double dropped =
        Arrays.stream(perSample.select(1, 0).toDoubleArray()).filter(v -> v == 0).count() / 4000.0;
    assertThat(dropped).isCloseTo(0.25, within(0.03));
    // The derivative by an input of 1 is what became of it.
    assertThat(input.grad().toFloatArray()).isEqualTo(output.toFloatArray());
  }

  @Test
  void theGeneratorDecidesWhich() {
    Tensor input = Tensor.ones(64, 3);
    DropPath layer = new DropPath(0.5);
    Backend.seed(1);
    float[] first = layer.forward(input).toFloatArray();
    assertThat(layer.forward(input).toFloatArray()).isNotEqualTo(first);
    Backend.seed(1);
    assertThat(layer.forward(input).toFloatArray()).isEqualTo(first);
  }

  @Test
  void evaluationAndProbabilityZeroLeaveTheInputAndTheGenerator() {
    Tensor input = Tensor.ones(4, 2);
    DropPath layer = new DropPath(0.5);
    layer.train(false);
    byte[] before = Backend.generatorState(Device.CPU).toBytes();
    assertThat(layer.forward(input)).isSameAs(input);
    assertThat(new DropPath(0).forward(input)).isSameAs(input);
    assertThat(Backend.generatorState(Device.CPU).toBytes()).isEqualTo(before);
  }

  @Test
  void ratesGrowEvenlyFromNothing() {
    assertThat(DropPath.rate(0.1, 0, 12)).isZero();
    assertThat(DropPath.rate(0.1, 11, 12)).isCloseTo(0.1, within(1e-15));
    assertThat(DropPath.rate(0.1, 0, 1)).isZero();
  }

  @Test
  void aPathThatIsAlwaysDroppedIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DropPath(1))
        .withMessage("probability must be in [0, 1), was 1.0");
  }
}
