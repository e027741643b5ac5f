package io.diptych.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Scoped;
import io.diptych.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(Scoped.class)
final class NpyTest {
  private static final Pattern HEADER =
      Pattern.compile(
          "\\{'descr': '<f4', 'fortran_order': False, 'shape': \\((\\d+), (\\d+)\\), \\} *\n");

  @TempDir Path directory;

  @Test
  void holdsTheRowsBehindAnAlignedHeader() throws IOException {
    int rows = 5000; // more than are written at a time
    Tensor values =
        Tensor.arange(rows * 3L, Device.CPU).to(DType.FLOAT32).mul(0.25).reshape(rows, 3);
    ByteBuffer bytes = written(values);
    String header = header(bytes);
    Matcher matcher = HEADER.matcher(header);
    assertThat(matcher.matches()).as(header).isTrue();
    assertThat(matcher.group(1)).isEqualTo("5000");
    assertThat(matcher.group(2)).isEqualTo("3");
    assertThat(bytes.position() % 64).isZero();
    assertThat(bytes.remaining()).isEqualTo(rows * 3 * Float.BYTES);
    float[] read = new float[rows * 3];
    bytes.asFloatBuffer().get(read);
    assertThat(read).isEqualTo(values.toFloatArray());
  }

  @Test
  void followsTheShapeNotTheMemory() throws IOException {
    Tensor transposed = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3).t();
    ByteBuffer bytes = written(transposed);
    assertThat(header(bytes)).contains("(3, 2)");
    float[] read = new float[6];
    bytes.asFloatBuffer().get(read);
    assertThat(read).containsExactly(1, 4, 2, 5, 3, 6);
  }

  @Test
  void writesOneDimensionAsNumPyDoes() throws IOException {
    assertThat(header(written(Tensor.ones(4)))).contains("'shape': (4,), }");
  }

  private ByteBuffer written(Tensor tensor) throws IOException {
    Path file = directory.resolve("features.npy");
    Npy.write(file, tensor);
    return ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Reads magic, version and header; the buffer is then at the first value. */
  private static String header(ByteBuffer bytes) {
    byte[] magic = new byte[6];
    bytes.get(magic);
    assertThat(magic).containsExactly(0x93, 'N', 'U', 'M', 'P', 'Y');
    assertThat(bytes.get()).isEqualTo((byte) 1);
    assertThat(bytes.get()).isEqualTo((byte) 0);
    byte[] header = new byte[bytes.getShort()];
    bytes.get(header);
    return new String(header, StandardCharsets.US_ASCII);
  }
}
