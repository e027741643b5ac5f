package io.diptych.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.diptych.tensor.Scoped;
import io.diptych.tensor.Tensor;
import io.diptych.weights.Safetensors;
import io.diptych.weights.WeightsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(Scoped.class)
final class CheckpointTest {
  @TempDir private Path directory;
  private Path file;

  @BeforeEach
  void make() {
    file = directory.resolve("checkpoints/last.safetensors");
  }

  private static Checkpoint checkpoint(int step) {
    return new Checkpoint(
        Map.of("network.w", Tensor.ones(100).mul(step)), Map.of("step", Integer.toString(step)));
  }

  @Test
  void whatIsWrittenIsReadAndNothingElseIsLeft() throws IOException {
    checkpoint(3).write(file);
    checkpoint(4).write(file);
    Checkpoint read = Checkpoint.read(file);
    assertThat(read.step()).isEqualTo(4);
    assertThat(read.part("network.").get("w").toFloatArray()).containsOnly(4);
    assertThat(read.part("optimizer.")).isEmpty();
    assertThat(file.getParent().toFile().list()).containsExactly("last.safetensors");
  }

  @Test
  void aPlaceThatCannotBeWrittenIsNamed() throws IOException {
    Files.writeString(directory.resolve("checkpoints"), "a file where a directory should be");
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> checkpoint(3).write(file))
        .withMessageStartingWith(file + ": the checkpoint cannot be written (")
        .withMessageEndingWith("); there is none before it");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aFullDiskKeepsThePreviousFileAndLeavesNoPart() throws IOException {
    checkpoint(3).write(file);
    Path beside = file.resolveSibling("last.safetensors.tmp");
    Files.createSymbolicLink(beside, Path.of("/dev/full"));
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> checkpoint(4).write(file))
        .withMessage(
            file
                + ": the checkpoint cannot be written (No space left on device); the previous one"
                + " is kept");
    assertThat(Files.exists(beside, LinkOption.NOFOLLOW_LINKS)).isFalse();
    assertThat(Checkpoint.read(file).step()).isEqualTo(3);
  }

  @Test
  void aTargetThatCannotBeReplacedLeavesNoPart() throws IOException {
    Files.createDirectories(file.resolve("inside"));
    assertThatExceptionOfType(IOException.class).isThrownBy(() -> checkpoint(4).write(file));
    assertThat(file.getParent().toFile().list()).containsExactly("last.safetensors");
  }

  @Test
  void aCheckpointCutInHalfIsRefusedWithItsPath() throws IOException {
    checkpoint(3).write(file);
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length / 2));
    assertThatExceptionOfType(WeightsException.class)
        .isThrownBy(() -> Checkpoint.read(file))
        .withMessageStartingWith(file + ": ")
        .withMessageContaining("cut short");
  }

  @Test
  void whatIsNoCheckpointOrOfAnotherVersionIsRefused() throws IOException {
    Path other = directory.resolve("other.safetensors");
    Safetensors.write(other, Map.of("w", Tensor.ones(1)), Map.of());
    assertThatExceptionOfType(WeightsException.class)
        .isThrownBy(() -> Checkpoint.read(other))
        .withMessage(
            other
                + ": is no Diptych checkpoint: its metadata has no diptych_checkpoint; 'diptych"
                + " import' takes in weights of other projects");
    Safetensors.write(other, Map.of(), Map.of("diptych_checkpoint", "99"));
    assertThatExceptionOfType(WeightsException.class)
        .isThrownBy(() -> Checkpoint.read(other))
        .withMessage(other + ": has checkpoint version 99; this program reads version 1");
  }

  @Test
  void textsThatAreMissingOrNoNumbersAreNamed() {
    Checkpoint checkpoint = new Checkpoint(Map.of(), Map.of("step", "three"));
    assertThatIllegalArgumentException()
        .isThrownBy(checkpoint::step)
        .withMessage("the checkpoint's 'step' is no number: three");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> checkpoint.text("meter"))
        .withMessage("the checkpoint has no 'meter'");
  }
}
