package io.diptych.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Scoped.class)
final class FunctionalTest {
  @Test
  void convolutionIsWhatItsDefinitionSays() {
    int height = 5;
    int width = 4;
    double[] image =
        Keyed.of(1).normal(Tensor.arange(2L * height * width, Device.CPU)).toDoubleArray();
    double[] kernel = Keyed.of(2).normal(Tensor.arange(3 * 2 * 9, Device.CPU)).toDoubleArray();
    double[] bias = {1, 2, 3};
    Tensor output =
        Functional.conv2d(
            Tensor.of(image, 1, 2, height, width),
            Tensor.of(kernel, 3, 2, 3, 3),
            Tensor.of(bias, 3),
            2,
            1,
            1);
    assertThat(output.shape()).isEqualTo(Shape.of(1, 3, 3, 2));
    double[] got = output.toDoubleArray();
    for (int out = 0; out < 3; out++) {
      for (int y = 0; y < 3; y++) {
        for (int x = 0; x < 2; x++) {
          double sum = bias[out];
          for (int in = 0; in < 2; in++) {
            for (int k = 0; k < 9; k++) {
              int row = 2 * y - 1 + k / 3;
              int column = 2 * x - 1 + k % 3;
              if (row >= 0 && row < height && column >= 0 && column < width) {
                sum += image[(in * height + row) * width + column] * kernel[(out * 2 + in) * 9 + k];
              }
            }
          }
          assertThat(got[(out * 3 + y) * 2 + x]).isCloseTo(sum, within(1e-12));
        }
      }
    }
  }

  @Test
  void poolingTakesTheLargestOrTheMeanOfEachWindow() {
    Tensor image = Tensor.arange(16, Device.CPU).to(DType.FLOAT32).reshape(1, 1, 4, 4);
    assertThat(Functional.maxPool2d(image, 2, 2, 0).toFloatArray()).containsExactly(5, 7, 13, 15);
    assertThat(Functional.maxPool2d(image.neg(), 3, 2, 1).toFloatArray())
        .containsExactly(-0f, -1, -4, -5);
    assertThat(Functional.avgPool2d(image, 2, 2, 0).toFloatArray())
        .containsExactly(2.5f, 4.5f, 10.5f, 12.5f);
    assertThat(Functional.adaptiveAvgPool2d(image, 1).item()).isEqualTo(7.5);
  }

  @Test
  void crossEntropyIsTheMeanOverRows() {
    Tensor logits = Tensor.of(new double[] {0, 0, Math.log(3), 0}, 2, 2);
    Tensor target = Tensor.of(new long[] {0, 1}, 2);
    assertThat(Functional.crossEntropy(logits, target).item())
        .isCloseTo((Math.log(2) + Math.log(4)) / 2, within(1e-12));
  }

  @Test
  void batchNormOfOneValuePerChannelIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> Functional.batchNorm(Tensor.zeros(1, 4), null, null, null, null, true, 0.1, 1e-5))
        .withMessage(
            "batch norm in training needs more than one value per channel, input is [1, 4]");
  }

  @Test
  void shapesThatDoNotFitFailInOneLineThatNamesTheLayer() {
    assertThatThrownBy(() -> Functional.linear(Tensor.zeros(2, 3), Tensor.zeros(4, 5), null))
        .isInstanceOf(TensorException.class)
        .hasMessageStartingWith("linear: ");
    assertThatThrownBy(
            () ->
                Functional.conv2d(
                    Tensor.zeros(1, 3, 8, 8), Tensor.zeros(4, 1, 3, 3), null, 1, 0, 1))
        .isInstanceOf(TensorException.class)
        .hasMessageStartingWith("conv2d: ")
        .message()
        .doesNotContain("\n");
  }

  /** Once, libtorch's gradient of these weights wrote beyond its memory with channels last. */
  @Test
  void stridedPointwiseConvolutionsOfFewChannelsHaveTheSameGradientInAnyLayout() {
    Tensor weight = Keyed.of(1).normal(Tensor.arange(32, Device.CPU)).reshape(8, 4, 1, 1);
    for (int i = 0; i < 30; i++) {
      Tensor images =
          Keyed.of(i)
              .normal(Tensor.arange(20 * 4 * 12 * 12, Device.CPU))
              .to(DType.FLOAT32)
              .reshape(20, 4, 12, 12);
      Tensor plain = weight.to(DType.FLOAT32).requiresGrad_(true);
      Tensor last = weight.to(DType.FLOAT32).channelsLast().detach().requiresGrad_(true);
      Functional.conv2d(images, plain, null, 2, 0, 1).square().sum().backward();
      Tensor output = Functional.conv2d(images.channelsLast(), last, null, 2, 0, 1);
      assertThat(output.shape()).isEqualTo(Shape.of(20, 8, 6, 6));
      output.square().sum().backward();
      double scale = plain.grad().abs().max().item();
      assertThat(last.grad().sub(plain.grad()).abs().max().item()).isLessThan(1e-5 * scale);
    }
  }
}
