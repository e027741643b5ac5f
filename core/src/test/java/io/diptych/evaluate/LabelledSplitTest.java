package io.diptych.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diptych.data.DataException;
import io.diptych.data.Opening;
import io.diptych.option.OptionException;
import io.diptych.tensor.Backend;
import io.diptych.tensor.Scoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(Scoped.class)
final class LabelledSplitTest {
  @TempDir Path dir;

  private LabelledSplit open(Path path) {
    return LabelledSplit.open(
        "evaluate.transfer.data",
        "heap",
        Opening.of(Map.of("name", "folder", "path", path.toString(), "storage", "resident")),
        report -> {});
  }

  private void assertRefused(String message) {
    long handles = 0;
    for (int i = 0; i < 10; i++) {
      assertThatThrownBy(() -> open(dir.resolve("heap")))
          .isInstanceOf(OptionException.class)
          .hasMessage("evaluate.transfer.data: " + message);
      handles = i == 0 ? Backend.handleCount() : handles;
    }
    assertThat(Backend.handleCount()).as("images that were opened").isLessThanOrEqualTo(handles);
  }

  @Test
  void opensImagesAndFreesThem() throws IOException {
    BrightImages.folder(dir, 6, 3, 8);
    open(dir).close();
    long handles = Backend.handleCount();
    try (LabelledSplit split = open(dir)) {
      assertThat(split.train().size()).isEqualTo(6);
      assertThat(split.test().size()).isEqualTo(3);
    }
    assertThat(Backend.handleCount()).isLessThanOrEqualTo(handles);
  }

  @Test
  void imagesWithoutLabelsAreRefusedAndFreed() throws IOException {
    Path bright = BrightImages.folder(dir.resolve("bright"), 3, 3, 8);
    for (String part : new String[] {"train", "test"}) {
      Path folder = Files.createDirectories(dir.resolve("heap").resolve(part));
      Files.move(bright.resolve(part).resolve("dark/100.png"), folder.resolve("100.png"));
    }
    assertRefused("no image of 'folder' has a label");
  }

  @Test
  void imagesWithoutATestPartAreRefusedAndFreed() throws IOException {
    Path bright = BrightImages.folder(dir.resolve("bright"), 3, 3, 8);
    Files.move(
        bright.resolve("train"), Files.createDirectory(dir.resolve("heap")).resolve("train"));
    assertRefused("'heap' has no test images to evaluate on");
  }

  @Test
  void filesThatAreMissingAreNamedWithTheKey() {
    assertThatThrownBy(() -> open(dir.resolve("no")))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("evaluate.transfer.data: " + dir.resolve("no"));
  }
}
