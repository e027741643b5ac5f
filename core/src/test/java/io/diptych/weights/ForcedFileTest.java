package io.diptych.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ForcedFileTest {
  private static final int PIECE = 3_000_001;

  @TempDir private Path dir;

  /** More than one part is on its way to the disk before the end. */
  @Test
  void holdsWhatWasWritten() throws IOException {
    byte[] expected = new byte[10 * PIECE];
    new Random(1).nextBytes(expected);
    Path file = dir.resolve("file");
    Files.write(file, new byte[20 * PIECE]);
    CRC32C readBack = new CRC32C();
    try (ForcedFile target = new ForcedFile(file, readBack, 5)) {
      for (int i = 0; i < 10; i++) {
        target.write(ByteBuffer.wrap(expected, i * PIECE, PIECE));
      }
      target.readBack();
      CRC32C written = new CRC32C();
      written.update(expected, 5, expected.length - 5);
      assertThat(readBack.getValue()).isEqualTo(written.getValue());
      target.channel().position(0);
      expected[0]++;
      target.write(ByteBuffer.wrap(expected, 0, 1));
      target.force();
    }
    assertThat(Files.readAllBytes(file)).isEqualTo(expected);
  }

  @Test
  void saysThatTheDiskIsFull() throws IOException {
    Path full = Path.of("/dev/full");
    assumeThat(full).exists();
    try (ForcedFile target = new ForcedFile(full)) {
      assertThatThrownBy(() -> target.write(ByteBuffer.wrap(new byte[1])))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("No space left");
    }
  }
}
