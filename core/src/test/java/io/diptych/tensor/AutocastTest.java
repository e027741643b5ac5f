package io.diptych.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Scoped.class)
final class AutocastTest {
  private final Tensor a = Tensor.ones(3, 4);
  private final Tensor b = Tensor.ones(4, 2);

  @Test
  void productsAreShortenedUntilTheGuardIsClosed() {
    try (Autocast guard = Autocast.to(DType.BFLOAT16, Device.CPU)) {
      assertThat(a.matmul(b).dtype()).isEqualTo(DType.BFLOAT16);
    }
    assertThat(a.matmul(b).dtype()).isEqualTo(DType.FLOAT32);
  }

  @Test
  void guardsNest() {
    try (Autocast outer = Autocast.to(DType.BFLOAT16, Device.CPU)) {
      try (Autocast inner = Autocast.to(DType.FLOAT32, Device.CPU)) {
        assertThat(a.matmul(b).dtype()).isEqualTo(DType.FLOAT32);
      }
      assertThat(a.matmul(b).dtype()).isEqualTo(DType.BFLOAT16);
    }
  }

  @Test
  void weightsThatChangedBetweenGuardsAreShortenedAnew() {
    Tensor weight = Tensor.ones(4, 2).requiresGrad_(true);
    for (double value : new double[] {1, 2}) {
      weight.detach().fill_(value);
      try (Autocast guard = Autocast.to(DType.BFLOAT16, Device.CPU)) {
        assertThat(a.matmul(weight).detach().to(DType.FLOAT32).max().item()).isEqualTo(4 * value);
      }
    }
  }

  @Test
  void otherTypesAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> {
              try (Autocast guard = Autocast.to(DType.INT64, Device.CPU)) {
                throw new AssertionError();
              }
            })
        .withMessageContaining("bfloat16 or float16");
  }
}
