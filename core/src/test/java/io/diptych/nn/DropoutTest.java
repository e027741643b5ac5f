package io.diptych.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.diptych.tensor.Backend;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Scoped;
import io.diptych.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Scoped.class)
final class DropoutTest {
  @Test
  void aPartOfTheValuesBecomesZeroAndTheirMeanStays() {
    Backend.seed(1);
    Tensor input = Tensor.full(1, DType.FLOAT32, Device.CPU, 100, 100).requiresGrad_(true);
    Tensor output = new Dropout(0.25).forward(input);
    output.sum().backward();
    assertThat(output.eq(0).to(DType.FLOAT32).mean().item()).isCloseTo(0.25, within(0.02));
    assertThat(output.max().item()).isCloseTo(1 / 0.75, within(1e-6));
    // The derivative by an input of 1 is what became of it.
    assertThat(input.grad().toFloatArray()).isEqualTo(output.toFloatArray());
  }

  @Test
  void theGeneratorDecidesWhich() {
    Tensor input = Tensor.ones(8, 8);
    Dropout layer = new Dropout(0.5);
    Backend.seed(1);
    float[] first = layer.forward(input).toFloatArray();
    assertThat(layer.forward(input).toFloatArray()).isNotEqualTo(first);
    Backend.seed(1);
    assertThat(layer.forward(input).toFloatArray()).isEqualTo(first);
  }

  @Test
  void evaluationAndProbabilityZeroLeaveTheInputAndTheGenerator() {
    Tensor input = Tensor.ones(4);
    Dropout layer = new Dropout(0.5);
    layer.train(false);
    byte[] before = Backend.generatorState(Device.CPU).toBytes();
    assertThat(layer.forward(input)).isSameAs(input);
    assertThat(new Dropout(0).forward(input)).isSameAs(input);
    assertThat(Backend.generatorState(Device.CPU).toBytes()).isEqualTo(before);
    assertThat(new Dropout(1).forward(input).sum().item()).isZero();
  }

  @Test
  void probabilitiesBeyondOneAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Dropout(1.5))
        .withMessage("probability must be in [0, 1], was 1.5");
  }
}
