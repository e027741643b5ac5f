package io.diptych.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scoped;
import io.diptych.tensor.Shape;
import io.diptych.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(Scoped.class)
final class LayerGradientTest {
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void ofLinear(boolean bias) {
    check(new Linear(5, 3, bias), 4, 5);
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 0", "3, 1, 1", "3, 2, 1", "4, 3, 1", "7, 2, 3"})
  void ofConv2d(int kernel, int stride, int padding) {
    check(new Conv2d(2, 3, kernel, stride, padding, Initializer.heFanOut()), 2, 2, 8, 7);
  }

  @ParameterizedTest
  @CsvSource({"1, 4, 6", "2, 4, 6", "4, 4, 8"})
  void ofConv2dWithBiasAndGroups(int groups, int in, int out) {
    Initializer start = Initializer.normal(1);
    check(new Conv2d(in, out, 3, 2, 1, groups, start, start), 2, in, 5, 4);
    check(Conv2d.biased(in, out, 1, 1, 0), 2, in, 3, 3);
  }

  @Test
  void groupsThatDoNotDivideTheChannelsAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Conv2d(4, 6, 3, 1, 1, 4, Initializer.fanIn(), null))
        .withMessage("4 and 6 channels do not divide into 4 groups");
  }

  @ParameterizedTest
  @CsvSource({"true, true", "true, false", "false, true", "false, false"})
  void ofBatchNorm(boolean affine, boolean training) {
    for (long[] shape : new long[][] {{6, 3}, {2, 3, 4, 3}}) {
      BatchNorm layer = new BatchNorm(3, affine, Initializer.normal(1));
      layer.state().get("running_mean").copy_(Tensor.of(new float[] {1, -2, 0}, 3));
      layer.state().get("running_var").copy_(Tensor.of(new float[] {2, 0.5f, 1}, 3));
      layer.train(training);
      check(layer, shape);
    }
  }

  @Test
  void ofRelu() {
    check(new Relu(), 4, 5);
  }

  @Test
  void ofGelu() {
    check(new Gelu(), 4, 5);
  }

  @Test
  void ofSilu() {
    check(new Silu(), 4, 5);
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 2", "1, 1"})
  void ofPadding(int before, int after) {
    check(new Padding(before, after), 2, 2, 3, 4);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4})
  void ofAdaptiveAvgPool2d(int size) {
    check(new AdaptiveAvgPool2d(size), 2, 2, 6, 5);
  }

  @Test
  void ofChannelShuffle() {
    check(new ChannelShuffle(2), 2, 6, 2, 3);
    Tensor channels = Tensor.arange(6, Device.CPU).reshape(1, 6, 1, 1);
    assertThat(new ChannelShuffle(2).forward(channels).toLongArray())
        .containsExactly(0, 3, 1, 4, 2, 5);
    assertThat(new ChannelShuffle(3).forward(channels).toLongArray())
        .containsExactly(0, 2, 4, 1, 3, 5);
  }

  @ParameterizedTest
  @CsvSource({"1, 4", "2, 6", "3, 6"})
  void ofSelfAttention(int heads, int width) {
    check(new SelfAttention(width, heads, Initializer.normal(0.5)), 2, 5, width);
  }

  @Test
  void ofLayerNorm() {
    check(new LayerNorm(3, 1e-6), 4, 3);
    check(new LayerNorm(5, 1e-6), 2, 3, 5);
  }

  @ParameterizedTest
  @CsvSource({"2, 2, 0", "3, 2, 1"})
  void ofMaxPool2d(int kernel, int stride, int padding) {
    check(new MaxPool2d(kernel, stride, padding), 2, 2, 6, 5);
  }

  @Test
  void ofGlobalAvgPool() {
    check(new GlobalAvgPool(), 2, 3, 4, 5);
  }

  @Test
  void ofSequential() {
    check(
        new Sequential(
            List.of(
                new Conv2d(2, 4, 3, 1, 1, Initializer.heFanOut()),
                new BatchNorm(4),
                new Relu(),
                new GlobalAvgPool(),
                new Linear(4, 2, true))),
        3,
        2,
        5,
        5);
  }

  @ParameterizedTest
  @CsvSource({"1, false", "2, true", "3, false", "3, true"})
  void ofMlp(int layers, boolean batchNorm) {
    check(new Sequential(Mlp.layers(4, 6, 3, layers, batchNorm)), 5, 4);
  }

  @Test
  void identityGivesItsInput() {
    Tensor input = Tensor.zeros(2);
    assertThat(new Identity().forward(input)).isSameAs(input);
  }

  private static void check(Layer layer, long... shape) {
    layer.initialize(5);
    Tensor counters = Tensor.arange(Shape.of(shape).numel(), Device.CPU);
    GradientCheck.layer(layer, Keyed.of(6).normal(counters).reshape(shape));
  }
}
