package io.diptych.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SampleMakerTest {
  @TempDir Path dir;

  @Test
  void takesTheFirstOfEveryClassAndGivesTheSameBytesEachTime() throws IOException {
    Path full = dir.resolve("full");
    IdxFiles.write(full, 100, 50, 28, 28);
    SampleMaker.make(full, dir.resolve("one"), 3, 2);
    SampleMaker.make(full, dir.resolve("two"), 3, 2);
    for (String name :
        List.of(
            "train-images-idx3-ubyte.gz",
            "train-labels-idx1-ubyte.gz",
            "t10k-images-idx3-ubyte.gz",
            "t10k-labels-idx1-ubyte.gz")) {
      byte[] bytes = Files.readAllBytes(dir.resolve("one").resolve(name));
      assertThat(Files.readAllBytes(dir.resolve("two").resolve(name))).isEqualTo(bytes);
      // The time of writing, bytes 4 to 7 of gzip's header, is not in it.
      assertThat(new int[] {bytes[4], bytes[5], bytes[6], bytes[7]}).containsOnly(0);
    }
    Optional<Parts> sample = IdxSet.read(dir.resolve("one"), 10);
    PixelStore train = sample.orElseThrow().train();
    assertThat(train.size()).isEqualTo(30);
    byte[] image = new byte[784];
    for (int i = 0; i < 30; i++) {
      train.copy(i, image, 0);
      assertThat(image).isEqualTo(IdxFiles.pixels(i, 784));
      assertThat(train.label(i)).isEqualTo(i % 10);
    }
  }

  @Test
  void saysWhenAClassIsTooSmall() throws IOException {
    IdxFiles.write(dir, 100, 15, 4, 4);
    assertThatThrownBy(() -> SampleMaker.make(dir, dir.resolve("out"), 3, 2))
        .isInstanceOf(DataException.class)
        .hasMessage(dir + ": some class has fewer than 2 images in part 't10k'");
  }

  @Test
  void saysWhenThereIsNoFullSet() {
    assertThatThrownBy(() -> SampleMaker.make(dir, dir.resolve("out"), 3, 2))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(dir + ": does not hold train-images-idx3-ubyte");
  }
}
