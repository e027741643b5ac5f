package io.diptych.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(Scoped.class)
final class TensorTest {
  @Test
  void valuesComeBackAsTheyWereGivenInEveryJavaType() {
    assertThat(Tensor.of(new float[] {1.5f, -2, Float.NaN}, 3).toFloatArray())
        .containsExactly(1.5f, -2, Float.NaN);
    assertThat(Tensor.of(new double[] {1e-300, Math.PI}, 1, 2).toDoubleArray())
        .containsExactly(1e-300, Math.PI);
    assertThat(Tensor.of(new long[] {Long.MIN_VALUE, Long.MAX_VALUE}, 2).toLongArray())
        .containsExactly(Long.MIN_VALUE, Long.MAX_VALUE);
    assertThat(Tensor.of(new int[] {Integer.MIN_VALUE, 7}, 2).toLongArray())
        .containsExactly(Integer.MIN_VALUE, 7);
    Tensor pixels = Tensor.of(new byte[] {0, (byte) 200, (byte) 255}, 3);
    assertThat(pixels.dtype()).isEqualTo(DType.UINT8);
    assertThat(pixels.toLongArray()).containsExactly(0, 200, 255);
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void bytesOfEveryTypeComeBackAsTheyWereGiven(DType dtype) {
    Tensor tensor = Tensor.arange(6, Device.CPU).remainder(2).to(dtype).reshape(2, 3);
    byte[] bytes = tensor.toBytes();
    Tensor again = Tensor.ofBytes(dtype, bytes, 2, 3);
    assertThat(bytes).hasSize(6 * dtype.bytes());
    assertThat(again.dtype()).isEqualTo(dtype);
    assertThat(again.toBytes()).isEqualTo(bytes);
    assertThat(again.toLongArray()).containsExactly(0, 1, 0, 1, 0, 1);
  }

  @Test
  void aViewIsReadRowByRowWhateverItsLayoutInMemory() {
    Tensor matrix = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
    assertThat(matrix.t().toFloatArray()).containsExactly(1, 4, 2, 5, 3, 6);
    Tensor images = Tensor.arange(24, Device.CPU).to(DType.FLOAT32).reshape(1, 2, 3, 4);
    assertThat(images.channelsLast().toFloatArray()).isEqualTo(images.toFloatArray());
    assertThat(images.channelsLast().shape()).isEqualTo(images.shape());
  }

  @Test
  void scalarsAndEmptyTensorsHaveTheShapesTheyShould() {
    assertThat(Tensor.scalar(2.5).shape()).hasToString("[]");
    assertThat(Tensor.scalar(2.5).item()).isEqualTo(2.5);
    Tensor none = Tensor.of(new float[0], 0, 3);
    assertThat(none.shape()).isEqualTo(Shape.of(0, 3));
    assertThat(none.toFloatArray()).isEmpty();
    assertThat(none.sum().item()).isZero();
    assertThat(Tensor.eye(2, DType.INT32, Device.CPU).toLongArray()).containsExactly(1, 0, 0, 1);
    assertThat(Tensor.full(7, DType.INT64, Device.CPU, 2).toLongArray()).containsExactly(7, 7);
  }

  @Test
  void valuesThatDoNotFillTheShapeAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tensor.of(new float[5], 2, 3))
        .withMessage("5 values do not fill the shape [2, 3]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tensor.ofBytes(DType.FLOAT32, new byte[5], 2))
        .withMessage("5 bytes for FLOAT32 [2], not 8");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tensor.zeros(2, -1))
        .withMessage("size must be >= 0 in [2, -1]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tensor.zeros(2, 3).size(2))
        .withMessage("no dimension 2 in shape [2, 3]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tensor.cat(List.of(), 0))
        .withMessage("cat needs at least one tensor");
  }

  @Test
  void sizesCountFromEitherEnd() {
    Tensor tensor = Tensor.zeros(2, 3, 4);
    assertThat(tensor.size(0)).isEqualTo(2);
    assertThat(tensor.size(-1)).isEqualTo(4);
    assertThat(tensor.rank()).isEqualTo(3);
    assertThat(tensor.numel()).isEqualTo(24);
  }

  @Test
  void itemOfManyValuesIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tensor.zeros(2).item())
        .withMessage("item needs one element, shape is [2]");
  }

  @Test
  void aClosedTensorSaysSoInsteadOfCrashing() {
    Tensor tensor = Tensor.zeros(2);
    tensor.close();
    tensor.close();
    assertThatThrownBy(tensor::shape)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the tensor is closed: its scope ended or close() was called");
    assertThatThrownBy(() -> tensor.add(1)).isInstanceOf(IllegalStateException.class);
    Tensor open = Tensor.zeros(2);
    assertThatThrownBy(() -> open.add(tensor)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> open.add_(tensor)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> open.topk(1, 0, true).values().mul(tensor))
        .isInstanceOf(IllegalStateException.class);
    assertThat(tensor).hasToString("Tensor[closed]");
  }

  @Test
  void aFailingOperationIsOneLineThatNamesItWithoutTheNativeTrace() {
    Tensor a = Tensor.zeros(2, 3);
    assertThatThrownBy(() -> a.matmul(a))
        .isInstanceOf(TensorException.class)
        .hasMessageStartingWith("matmul: ")
        .message()
        .contains("2x3")
        .doesNotContain("\n")
        .doesNotContain("Exception raised from")
        .doesNotContain(".cpp");
    assertThatThrownBy(() -> a.add_(Tensor.zeros(4)))
        .isInstanceOf(TensorException.class)
        .hasMessageStartingWith("add_: ");
    assertThatThrownBy(() -> a.max(5, false))
        .isInstanceOf(TensorException.class)
        .hasMessageStartingWith("max: ");
  }

  @Test
  void operationsInPlaceReturnThisTensorItself() {
    Tensor tensor = Tensor.of(new float[] {-1, 2}, 2);
    Tensor other = Tensor.ones(2);
    assertThat(tensor.add_(other)).isSameAs(tensor);
    assertThat(tensor.add_(1).mul_(2).mul_(other).sub_(other).div_(other)).isSameAs(tensor);
    assertThat(tensor.abs_().floor_().relu_().clamp_(0, 9).maximum_(other)).isSameAs(tensor);
    assertThat(tensor.toFloatArray()).containsExactly(1, 7);
    assertThat(tensor.copy_(other).fill_(3).toFloatArray()).containsExactly(3, 3);
  }

  @Test
  void aWholeNumberKeepsTheTypeOfAnIntegerTensorAndAFractionMakesItFloat() {
    Tensor pixels = Tensor.of(new byte[] {1, 2}, 2);
    assertThat(pixels.add(3).dtype()).isEqualTo(DType.UINT8);
    assertThat(pixels.mul(2).toLongArray()).containsExactly(2, 4);
    assertThat(pixels.rsub(5).toLongArray()).containsExactly(4, 3);
    assertThat(pixels.clamp(0, 1).dtype()).isEqualTo(DType.UINT8);
    Tensor half = pixels.mul(0.5);
    assertThat(half.dtype()).isEqualTo(DType.FLOAT32);
    assertThat(half.toFloatArray()).containsExactly(0.5f, 1);
    assertThat(pixels.clamp(0, 1.5).toFloatArray()).containsExactly(1, 1.5f);
    Tensor big = Tensor.of(new long[] {1L << 60}, 1);
    assertThat(big.add(1).toLongArray()).containsExactly((1L << 60) + 1);
  }

  @Test
  void anIntegerTensorTakesWholeNumbersInPlaceAndRefusesFractions() {
    Tensor counts = Tensor.of(new long[] {1, 2}, 2);
    assertThat(counts.add_(3).mul_(2).clamp_(0, 9).toLongArray()).containsExactly(8, 9);
    assertThatThrownBy(() -> counts.add_(0.5))
        .isInstanceOf(TensorException.class)
        .hasMessageStartingWith("add_: ");
    assertThatThrownBy(() -> counts.mul_(0.5))
        .isInstanceOf(TensorException.class)
        .hasMessageStartingWith("mul_: ");
    assertThat(counts.toLongArray()).containsExactly(8, 9);
  }

  @Test
  void convertingToTheTypeItHasSharesMemoryInAHandleOfItsOwn() {
    Tensor tensor = Tensor.zeros(2);
    Tensor same = tensor.to(DType.FLOAT32);
    assertThat(same).isNotSameAs(tensor);
    same.add_(1);
    assertThat(tensor.toFloatArray()).containsExactly(1, 1);
    same.close();
    assertThat(tensor.toFloatArray()).containsExactly(1, 1);
    tensor.to(Device.CPU).close();
    assertThat(tensor.toFloatArray()).containsExactly(1, 1);
    Tensor other = tensor.to(DType.FLOAT64);
    other.add_(1);
    assertThat(tensor.toFloatArray()).containsExactly(1, 1);
  }

  @Test
  void aCopySharesNoMemoryAndIsOutOfTheGraph() {
    Tensor leaf = Tensor.ones(2).requiresGrad_(true);
    Tensor copy = leaf.mul(2).copy();
    assertThat(copy.requiresGrad()).isFalse();
    Tensor result = leaf.detach().copy().fill_(5);
    assertThat(result.toFloatArray()).containsExactly(5, 5);
    assertThat(leaf.toFloatArray()).containsExactly(1, 1);
  }

  @Test
  void slicesShareMemoryWithWhatTheyAreCutFrom() {
    Tensor tensor = Tensor.zeros(2, 2);
    tensor.narrow(0, 1, 1).fill_(3);
    tensor.select(1, 0).add_(1);
    tensor.diagonal().add_(10);
    assertThat(tensor.toFloatArray()).containsExactly(11, 0, 4, 13);
  }

  @Test
  void gradientsAreCollectedUntilTheyAreCleared() {
    Tensor leaf = Tensor.of(new float[] {1, 2}, 2).requiresGrad_(true);
    assertThat(leaf.grad()).isNull();
    leaf.square().sum().backward();
    leaf.square().sum().backward();
    assertThat(leaf.grad().toFloatArray()).containsExactly(4, 8);
    leaf.clearGrad();
    assertThat(leaf.grad()).isNull();
  }

  @Test
  void goingBackwardFromSeveralOutputsAddsTheirGradients() {
    Tensor leaf = Tensor.of(new float[] {1, 2}, 2).requiresGrad_(true);
    Tensor weight = Tensor.of(new float[] {1, 10}, 2);
    Autograd.backward(List.of(leaf.mul(2), leaf.mul(3)), List.of(weight, weight));
    assertThat(leaf.grad().toFloatArray()).containsExactly(5, 50);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Autograd.backward(List.of(leaf), List.of()))
        .withMessage("1 outputs but 0 gradients");
  }

  @Test
  void aGuardRestoresRecordingAlsoAfterAnExceptionAndWhenNested() {
    assertThatThrownBy(
            () -> {
              try (Autograd.Guard guard = Autograd.noGrad()) {
                assertThat(Scoped.records()).isFalse();
                Tensor.zeros(2).matmul(Tensor.zeros(3));
              }
            })
        .isInstanceOf(TensorException.class);
    assertThat(Scoped.records()).isTrue();
    try (Autograd.Guard off = Autograd.noGrad()) {
      try (Autograd.Guard on = Autograd.enableGrad()) {
        assertThat(Scoped.records()).isTrue();
      }
      assertThat(Scoped.records()).isFalse();
    }
    assertThat(Scoped.records()).isTrue();
  }

  @Test
  void aGuardHoldsForItsOwnThreadOnly() throws InterruptedException {
    boolean[] other = new boolean[1];
    try (Autograd.Guard guard = Autograd.noGrad()) {
      Thread thread = new Thread(() -> other[0] = Scoped.records());
      thread.start();
      thread.join();
    }
    assertThat(other[0]).isTrue();
  }

  @Test
  void normalizedRowsHaveLengthOneAndAZeroRowStaysZero() {
    Tensor rows = Tensor.of(new float[] {3, 4, 0, 0}, 2, 2).normalize(1);
    assertThat(rows.toFloatArray()).containsExactly(0.6f, 0.8f, 0, 0);
  }

  @Test
  void pairsOfResultsAreHandlesOfTheirOwn() {
    Ranked best = Tensor.of(new float[] {3, 9, 5}, 1, 3).topk(2, 1, true);
    assertThat(best.values().toFloatArray()).containsExactly(9, 5);
    assertThat(best.indices().toLongArray()).containsExactly(1, 2);
    best.values().close();
    assertThat(best.indices().toLongArray()).containsExactly(1, 2);
    Ranked sorted = Tensor.of(new long[] {2, 1, 2, 1}, 4).sort(0);
    assertThat(sorted.indices().toLongArray()).containsExactly(1, 3, 0, 2);
  }
}
