package io.diptych.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diptych.data.DataOptions.OnError;
import io.diptych.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

final class FolderReaderTest {
  private static final String WHAT_TO_DO =
      "; repair or remove it, or leave such images out by data.on_error: skip";

  @TempDir Path dir;
  private final List<LoadReport> reports = new ArrayList<>();

  private DataOptions options(OnError onError, @Nullable Integer limit) {
    return Opening.folder(dir, 16, null, onError, 3, limit);
  }

  private Dataset open() {
    return Datasets.open(options(OnError.FAIL, null), reports::add);
  }

  /** Writes an image of one colour (red) of any size. */
  private void image(String name, int red) throws IOException {
    BufferedImage image = new BufferedImage(20 + red % 7, 24 + red % 5, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        image.setRGB(x, y, red << 16);
      }
    }
    Path file = dir.resolve(name);
    Files.createDirectories(file.getParent());
    String extension = name.substring(name.lastIndexOf('.') + 1);
    Files.write(file, ImageFixtures.write(image, extension));
  }

  private void text(String name, String content) throws IOException {
    Path file = dir.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  /** The red value of every image, in order. */
  private static List<Integer> reds(ImageSet set) {
    List<Integer> reds = new ArrayList<>();
    for (int i = 0; i < set.size(); i++) {
      try (Tensor image = set.pixels().select(0, i)) {
        reds.add(image.toBytes()[0] & 0xff);
      }
    }
    return reds;
  }

  @Test
  void classesAreTheSubFoldersInOrderOfTheirNames() throws IOException {
    image("dog/1.png", 30);
    image("cat/b.PNG", 20);
    image("cat/a/deeper/1.BMP", 10);
    image("Zebra/1.png", 5);
    text("cat/notes.txt", "x");
    text("cat/.hidden.png", "x");
    text(".git/1.png", "x");
    text("README", "x");
    try (Dataset set = open()) {
      assertThat(set.train().classNames()).containsExactly("Zebra", "cat", "dog");
      assertThat(set.train().labels().toLongArray()).containsExactly(0, 1, 1, 2);
      assertThat(reds(set.train())).containsExactly(5, 10, 20, 30);
      assertThat(set.train().pixels().shape().sizes()).containsExactly(4, 3, 16, 16);
      assertThat(set.train().labelled()).isTrue();
      assertThat(set.test()).isNull();
    }
    assertThat(reports).containsExactly(new LoadReport(4, List.of(), 3));
  }

  @Test
  void aFlatFolderIsUnlabelled() throws IOException {
    image("2.png", 2);
    image("10.png", 10);
    image("1.png", 1);
    try (Dataset set = open()) {
      assertThat(reds(set.train())).containsExactly(1, 10, 2);
      assertThat(set.train().labels().toLongArray()).containsOnly(-1);
      assertThat(set.train().labelled()).isFalse();
      assertThat(set.train().classNames()).isEmpty();
    }
  }

  @Test
  void trainAndTestFoldersAreTheParts() throws IOException {
    image("train/a/1.png", 1);
    image("train/b/1.png", 2);
    image("val/b/1.png", 3);
    text("labels.csv", "x");
    try (Dataset set = open()) {
      assertThat(set.train().labels().toLongArray()).containsExactly(0, 1);
      assertThat(set.test()).isNotNull();
      assertThat(set.test().labels().toLongArray()).containsExactly(1);
      assertThat(set.test().classNames()).containsExactly("a", "b");
      assertThat(reds(set.test())).containsExactly(3);
    }
  }

  @Test
  void aClassMayBeCalledTrain() throws IOException {
    image("train/1.png", 1);
    image("plane/1.png", 2);
    try (Dataset set = open()) {
      assertThat(set.train().classNames()).containsExactly("plane", "train");
    }
  }

  @Test
  void orderDoesNotDependOnTheWorkers() throws IOException {
    for (int i = 0; i < 60; i++) {
      image(String.format("%02d.png", i), i);
    }
    try (Dataset set = open()) {
      assertThat(reds(set.train())).isSorted().hasSize(60).doesNotHaveDuplicates();
    }
  }

  @Test
  void greyImagesComeWithOneChannelOnRequest() throws IOException {
    image("1.png", 200);
    DataOptions grey = Opening.folder(dir, 8, 1, OnError.FAIL, 1, null);
    try (Dataset set = Datasets.open(grey)) {
      assertThat(set.train().pixels().shape().sizes()).containsExactly(1, 1, 8, 8);
      assertThat(set.train().pixels().toBytes()).containsOnly((200 * 19595 + (1 << 15)) >> 16);
    }
  }

  @Test
  void limitReadsTheFirstOfEveryClassOnly() throws IOException {
    image("a/1.png", 1);
    image("a/2.png", 2);
    image("b/1.png", 3);
    text("b/2.png", "never read");
    try (Dataset set = Datasets.open(options(OnError.FAIL, 1))) {
      assertThat(reds(set.train())).containsExactly(1, 3);
    }
  }

  @Test
  void brokenFilesStopWithTheirNameAndReason() throws IOException {
    image("a/1.png", 1);
    text("a/0.jpg", "");
    assertThatThrownBy(this::open)
        .isInstanceOf(DataException.class)
        .hasMessage(
            dir.resolve("a/0.jpg")
                + ": cannot be read as an image: the file is empty (0 bytes)"
                + WHAT_TO_DO);
    text("a/0.jpg", "this is no image");
    assertThatThrownBy(this::open)
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(dir.resolve("a/0.jpg") + ": cannot be read as an image: not an");
    byte[] jpeg = ImageFixtures.file("jpg");
    Files.write(dir.resolve("a/0.jpg"), Arrays.copyOf(jpeg, jpeg.length - 20));
    assertThatThrownBy(this::open)
        .isInstanceOf(DataException.class)
        .hasMessage(
            dir.resolve("a/0.jpg")
                + ": cannot be read as an image: the JPEG is truncated"
                + WHAT_TO_DO);
  }

  @Test
  void brokenFilesAreSkippedAndReportedOnRequest() throws IOException {
    image("a/1.png", 1);
    text("a/0.jpg", "");
    text("a/2.gif", "GIF89a and then nothing");
    image("a/3.png", 3);
    try (Dataset set = Datasets.open(options(OnError.SKIP, null), reports::add)) {
      assertThat(reds(set.train())).containsExactly(1, 3);
      assertThat(set.train().labels().toLongArray()).containsExactly(0, 0);
    }
    assertThat(reports).hasSize(1);
    assertThat(reports.get(0).images()).isEqualTo(2);
    assertThat(reports.get(0).skipped())
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).contains(": cannot be read as an image: "));
  }

  @Test
  void nothingToReadIsAnErrorThatSaysWhy() throws IOException {
    assertThatThrownBy(this::open)
        .isInstanceOf(DataException.class)
        .hasMessage(
            dir
                + ": holds no images (jpg, jpeg, png, bmp, gif, ppm, pgm, tif, tiff, webp);"
                + " 0 other files were ignored");
    text("notes.txt", "x");
    assertThatThrownBy(this::open).hasMessageEndingWith("1 other files were ignored");
    text("a.png", "x");
    text("b.png", "x");
    assertThatThrownBy(() -> Datasets.open(options(OnError.SKIP, null)))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(dir + ": none of its 2 image files can be read; first: ")
        .hasMessageContaining("a.png: cannot be read as an image: not an image");
  }

  @Test
  void classesMustHoldImages() throws IOException {
    image("a/1.png", 1);
    text("b/readme.txt", "x");
    assertThatThrownBy(this::open)
        .isInstanceOf(DataException.class)
        .hasMessage(
            dir.resolve("b")
                + ": class folder without images (1 other files in it); remove it or fill it");
    text("b/1.png", "x");
    assertThatThrownBy(() -> Datasets.open(options(OnError.SKIP, null)))
        .isInstanceOf(DataException.class)
        .hasMessage(
            dir
                + ": class 'b' has no image file that can be read, such as "
                + dir.resolve("b/1.png"));
    image("b/1.png", 1);
    image("loose.png", 1);
    assertThatThrownBy(this::open)
        .isInstanceOf(DataException.class)
        .hasMessage(
            dir
                + ": 1 images lie beside the class folders (first: loose.png);"
                + " move them into a class, or out");
  }

  @Test
  void testClassesMustBeTrainingClasses() throws IOException {
    image("train/a/1.png", 1);
    image("test/c/1.png", 1);
    assertThatThrownBy(this::open)
        .isInstanceOf(DataException.class)
        .hasMessage(dir.resolve("test/c") + ": class 'c' has no training images");
    Files.delete(dir.resolve("test/c/1.png"));
    Files.delete(dir.resolve("test/c"));
    image("test/1.png", 1);
    assertThatThrownBy(this::open)
        .isInstanceOf(DataException.class)
        .hasMessage(dir.resolve("test") + ": has no class folders, but the training images have");
  }

  @Test
  void missingFoldersAreNamed() throws IOException {
    Path missing = dir.resolve("nowhere");
    DataOptions options = Opening.folder(missing, 8, 3, OnError.FAIL, 1, null);
    assertThatThrownBy(() -> Datasets.open(options))
        .isInstanceOf(DataException.class)
        .hasMessage(missing + ": no such folder");
    Files.writeString(missing, "x");
    assertThatThrownBy(() -> Datasets.open(options))
        .isInstanceOf(DataException.class)
        .hasMessage(missing + ": is no folder");
  }

  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void linksAreFollowedButNeitherLoopsNorTwice() throws IOException {
    image("a/1.png", 1);
    image("a/real/2.png", 2);
    Files.createSymbolicLink(dir.resolve("a/loop"), dir.resolve("a"));
    Files.createSymbolicLink(dir.resolve("a/again"), dir.resolve("a/real"));
    Files.createSymbolicLink(dir.resolve("a/gone.txt"), dir.resolve("nowhere"));
    Files.createSymbolicLink(dir.resolve("b"), dir.resolve("a/real"));
    try (Dataset set = open()) {
      assertThat(set.train().classNames()).containsExactly("a", "b");
      assertThat(reds(set.train())).containsExactlyInAnyOrder(1, 2, 2);
    }
    Files.createSymbolicLink(dir.resolve("a/gone.png"), dir.resolve("nowhere"));
    assertThatThrownBy(this::open)
        .isInstanceOf(DataException.class)
        .hasMessage(
            dir.resolve("a/gone.png")
                + ": cannot be read as an image: no such file or directory"
                + WHAT_TO_DO);
  }

  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void pipesAreNotReadWhateverTheirName() throws IOException, InterruptedException {
    image("1.png", 1);
    Path pipe = dir.resolve("2.png");
    int made;
    try {
      made = new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor();
    } catch (IOException e) {
      made = -1;
    }
    Assumptions.assumeTrue(made == 0, "no pipes on this system");
    try (Dataset set = open()) {
      assertThat(set.train().size()).isEqualTo(1);
    }
    assertThat(reports.get(0).ignored()).isEqualTo(1);
  }
}
