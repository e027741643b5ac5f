package io.diptych.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.diptych.method.Embeddings;
import io.diptych.method.Loss;
import io.diptych.method.Step;
import io.diptych.tensor.Device;
import io.diptych.tensor.Scoped;
import io.diptych.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Scoped.class)
final class MeterTest {
  private static final Step STEP = new Step(4, 8, 4);
  private final Meter meter = new Meter(Device.CPU);

  @Test
  void trackedNumbersAreMeansOverTheStepsThatGaveThemAndNoPartOfTheLoss() {
    add(loss(1).tracking("spread", Tensor.scalar(10)));
    add(loss(2));
    add(loss(3).tracking("spread", Tensor.scalar(20)));
    MetricSink.StepMetrics line = meter.line(STEP, 0.1);
    assertThat(line.loss()).isEqualTo(2);
    assertThat(line.terms()).containsOnlyKeys("pull").containsEntry("pull", 2.0);
    assertThat(line.metrics()).containsOnlyKeys("spread").containsEntry("spread", 15.0);
    add(loss(5));
    assertThat(meter.line(STEP, 0.1).metrics()).isEmpty();
    assertThat(meter.epoch(STEP).loss()).isEqualTo(2.75);
  }

  @Test
  void aTrackedNumberThatIsNoneStopsNothingWhileATermDoes() {
    add(loss(1).tracking("spread", Tensor.scalar(Double.NaN)));
    assertThat(meter.line(STEP, 0.1).metrics().get("spread")).isNaN();
    add(loss(1).tracking("spread", Tensor.scalar(3)));
    assertThat(meter.line(STEP, 0.1).metrics()).containsEntry("spread", 3.0);
    add(loss(Double.POSITIVE_INFINITY));
    assertThatExceptionOfType(DivergedException.class)
        .isThrownBy(() -> meter.line(STEP, 0.1))
        .withMessageStartingWith("the loss term 'pull' became infinite at step 4 (epoch 2); ");
  }

  @Test
  void itsStateContinuesTheMeans() {
    add(loss(1).tracking("spread", Tensor.scalar(10)).tracking("b", Tensor.scalar(Double.NaN)));
    add(loss(2));
    Meter resumed = new Meter(Device.CPU);
    resumed.restore(meter.save());
    for (Meter one : new Meter[] {meter, resumed}) {
      one.add(loss(6).tracking("spread", Tensor.scalar(30)), new Embeddings(), 1, false);
      MetricSink.StepMetrics line = one.line(STEP, 0.1);
      assertThat(line.loss()).isEqualTo(3);
      assertThat(line.metrics()).containsEntry("spread", 20.0).containsEntry("b", Double.NaN);
      assertThat(one.epoch(STEP).loss()).isEqualTo(3);
    }
  }

  private void add(Loss loss) {
    meter.add(loss, new Embeddings(), 1, false);
  }

  private static Loss loss(double value) {
    return Loss.of("pull", Tensor.scalar(value));
  }
}
