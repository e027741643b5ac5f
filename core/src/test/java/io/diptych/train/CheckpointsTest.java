package io.diptych.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.diptych.option.Options;
import io.diptych.tensor.Scoped;
import io.diptych.tensor.Tensor;
import io.diptych.weights.WeightsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Which checkpoints are kept, and which is taken when one is damaged. */
@ExtendWith(Scoped.class)
final class CheckpointsTest {
  @TempDir private Path directory;
  private final List<String> notices = new ArrayList<>();

  private Checkpoints checkpoints(int keepLast, int keepEvery) {
    return new Checkpoints(
        directory,
        Options.defaults(
            TrainSettings.class, Map.of("keep_last", keepLast, "keep_every", keepEvery)));
  }

  private static Checkpoint of(long step) {
    return new Checkpoint(
        Map.of("network.w", Tensor.ones(50).mul(step)), Map.of("step", Long.toString(step)));
  }

  private void save(Checkpoints checkpoints, int... epochs) throws IOException {
    for (int epoch : epochs) {
      checkpoints.save(of(epoch * 10L), epoch, epoch == 2);
    }
  }

  private List<String> files() {
    return Arrays.stream(directory.toFile().list()).sorted().toList();
  }

  private long newest() throws IOException {
    notices.clear();
    return Checkpoints.newest(directory, notices::add).checkpoint().step();
  }

  @Test
  void theNewestSomeOfGoodEpochsAndTheBestAreKept() throws IOException {
    save(checkpoints(3, 4), 1, 2, 3, 4, 5, 6, 7, 8, 9);
    assertThat(files())
        .containsExactly(
            "best.safetensors",
            "epoch-4.safetensors",
            "epoch-8.safetensors",
            "last.safetensors",
            "step-70.safetensors",
            "step-80.safetensors");
    assertThat(Checkpoint.read(directory.resolve("best.safetensors")).step()).isEqualTo(20);
    assertThat(Checkpoint.read(directory.resolve("epoch-4.safetensors")).step()).isEqualTo(40);
    assertThat(Checkpoint.read(directory.resolve("step-80.safetensors")).step()).isEqualTo(80);
    assertThat(newest()).isEqualTo(90);
    assertThat(notices).isEmpty();
  }

  @Test
  void oneAloneIsKeptIfSoAsked() throws IOException {
    save(checkpoints(1, 0), 1, 3, 4);
    assertThat(files()).containsExactly("last.safetensors");
  }

  @Test
  void fewerAreKeptOnceFewerAreAskedFor() throws IOException {
    save(checkpoints(5, 0), 1, 3, 4, 5);
    Checkpoints fewer = checkpoints(2, 0);
    fewer.resumedFrom(Checkpoints.newest(directory, notices::add));
    save(fewer, 6);
    assertThat(files()).containsExactly("last.safetensors", "step-50.safetensors");
  }

  @Test
  void damageAnywhereInTheLastMakesTheOneBeforeItTheNewestAndIsTold() throws IOException {
    save(checkpoints(2, 0), 3, 4);
    Path last = directory.resolve("last.safetensors");
    byte[] whole = Files.readAllBytes(last);
    for (int place = 0; place < whole.length; place++) {
      for (int bit : new int[] {0, 7}) {
        byte[] flipped = whole.clone();
        flipped[place] ^= (byte) (1 << bit);
        Files.write(last, flipped);
        assertThat(newest()).as("byte %d bit %d", place, bit).isEqualTo(30);
        assertThat(notices).hasSize(1);
        assertThat(notices.get(0))
            .startsWith(last + ": ")
            .endsWith("; taking step-30.safetensors, the checkpoint before it, of step 30");
      }
    }
    for (int length = 0; length < whole.length; length++) {
      Files.write(last, Arrays.copyOf(whole, length));
      assertThat(newest()).as("cut to %d bytes", length).isEqualTo(30);
    }
    Files.write(last, whole);
    assertThat(newest()).isEqualTo(40);
    assertThat(notices).isEmpty();
  }

  @Test
  void aDamagedOneIsNotKeptAsTheOneBefore() throws IOException {
    save(checkpoints(2, 0), 3, 4);
    Files.writeString(directory.resolve("last.safetensors"), "damaged");
    Checkpoints resumed = checkpoints(2, 0);
    resumed.resumedFrom(Checkpoints.newest(directory, notices::add));
    save(resumed, 4);
    assertThat(files()).containsExactly("last.safetensors", "step-30.safetensors");
    save(resumed, 5);
    assertThat(Checkpoint.read(directory.resolve("step-40.safetensors")).step()).isEqualTo(40);
    assertThat(files()).containsExactly("last.safetensors", "step-40.safetensors");
  }

  @Test
  void aMissingLastIsReplacedByTheNewestOfTheOthers() throws IOException {
    save(checkpoints(3, 1), 3, 4, 5);
    Files.delete(directory.resolve("last.safetensors"));
    assertThat(newest()).isEqualTo(40);
    assertThat(notices.get(0)).contains("last.safetensors: is missing; taking step-40");
    Files.delete(directory.resolve("step-40.safetensors"));
    Files.delete(directory.resolve("step-30.safetensors"));
    assertThat(newest()).isEqualTo(50);
    assertThat(notices.get(0)).contains("taking epoch-5.safetensors");
  }

  @Test
  void whereNoneIsWholeTheDamageOfTheLastIsTheError() throws IOException {
    assertThat(Checkpoints.newest(directory, notices::add)).isNull();
    assertThat(Checkpoints.newest(directory.resolve("none"), notices::add)).isNull();
    save(checkpoints(2, 0), 3, 4);
    for (String file : files()) {
      Files.writeString(directory.resolve(file), "damaged");
    }
    assertThatExceptionOfType(WeightsException.class)
        .isThrownBy(() -> Checkpoints.newest(directory, notices::add))
        .withMessageStartingWith(directory.resolve("last.safetensors") + ": ");
    assertThat(notices).isEmpty();
  }

  @Test
  void filesOfOtherNamesAreLeftAlone() throws IOException {
    Files.writeString(directory.resolve("step-old.safetensors"), "mine");
    Files.writeString(directory.resolve("step-7.bak"), "mine");
    save(checkpoints(1, 0), 3, 4);
    assertThat(files()).containsExactly("last.safetensors", "step-7.bak", "step-old.safetensors");
  }
}
