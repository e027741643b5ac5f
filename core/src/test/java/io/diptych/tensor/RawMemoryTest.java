package io.diptych.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Scoped.class)
class RawMemoryTest {
  private static final int LARGE = (1 << 24) + 100;

  @Test
  void aLargeTensorComesInBuffersThatHoldNothingElse() throws Exception {
    byte[] values = new byte[LARGE];
    for (int i = 0; i < LARGE; i++) {
      values[i] = (byte) (i * 31 + (i >> 16));
    }
    Tensor tensor =
        RawMemory.read(DType.UINT8, part -> part.put(values, first(part), part.remaining()), LARGE);
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    RawMemory.write(
        tensor,
        part -> {
          assertThat(part.position()).isZero();
          assertThat(part.capacity()).isEqualTo(part.remaining());
          byte[] bytes = new byte[part.remaining()];
          part.get(bytes);
          written.write(bytes);
        });
    assertThat(written.toByteArray()).isEqualTo(values);
  }

  /** The first part is full, the second is what is left. */
  private static int first(ByteBuffer part) {
    return part.remaining() == 100 ? LARGE - 100 : 0;
  }

  @Test
  void readsRowsOfItsOwn() {
    Tensor tensor = Tensor.of(new byte[] {1, 2, 3, 4, 5, 6}, 3, 2);
    byte[] rows = new byte[5];
    RawMemory.readRows(tensor, new long[] {1, 2, 0}, 1, 2, rows);
    assertThat(rows).containsExactly(5, 6, 1, 2, 0);
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> RawMemory.readRows(tensor, new long[] {3}, 0, 1, rows));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RawMemory.readRows(tensor.to(DType.FLOAT32), new long[] {0}, 0, 1, rows))
        .withMessageStartingWith("not a contiguous UINT8 tensor on the processor");
  }

  @Test
  void setsNothingBeyondItsEnd() {
    Tensor tensor = Tensor.of(new byte[] {1, 2, 3}, 3);
    RawMemory.put(tensor, 1, new byte[] {8, 9}, 2);
    assertThat(tensor.toBytes()).containsExactly(1, 8, 9);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RawMemory.put(tensor, 2, new byte[2], 2))
        .withMessage("2 elements from 2 on are not all of a tensor [3]");
  }
}
