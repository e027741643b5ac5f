package io.diptych.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diptych.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data sets of photographs, from small files in their formats. */
final class PhotoSetsTest {
  private static final int STL_IMAGE = 3 * 96 * 96;

  @TempDir Path dir;

  private void write(String name, byte[] content) throws IOException {
    Path file = dir.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, content);
  }

  private void text(String name, String... lines) throws IOException {
    write(name, (String.join("\n", lines) + "\n").getBytes("UTF-8"));
  }

  private void image(String name, int width, int height) throws IOException {
    write(name, ImageFixtures.write(ImageFixtures.colour(width, height), "png"));
  }

  private Listing list(String name) {
    return TransferGoldens.list(name, dir);
  }

  private static byte[] labels(int... labels) {
    byte[] bytes = new byte[labels.length];
    for (int i = 0; i < labels.length; i++) {
      bytes[i] = (byte) labels[i];
    }
    return bytes;
  }

  /** Red at (row, column) is row of the first image, then column, then both. */
  private static byte[] stlImages(int count) {
    byte[] bytes = new byte[count * STL_IMAGE];
    for (int i = 0; i < count; i++) {
      for (int column = 0; column < 96; column++) {
        for (int row = 0; row < 96; row++) {
          int value = i % 3 == 0 ? row : i % 3 == 1 ? column : row + column;
          bytes[i * STL_IMAGE + column * 96 + row] = (byte) value;
        }
      }
    }
    return bytes;
  }

  private void stl(String prefix) throws IOException {
    write(prefix + "train_X.bin", stlImages(2));
    write(prefix + "train_y.bin", labels(1, 10));
    write(prefix + "test_X.bin", stlImages(1));
    write(prefix + "test_y.bin", labels(4));
    write(prefix + "unlabeled_X.bin", stlImages(3));
  }

  @Test
  void stl10IsStoredColumnByColumnAndMostlyUnlabelled() throws IOException {
    stl("stl10_binary/");
    try (Dataset set = Datasets.open(Opening.of(Map.of("name", "stl10", "path", dir.toString())))) {
      assertThat(set.train().pixels().shape().sizes()).containsExactly(5, 3, 96, 96);
      assertThat(set.train().labels().toLongArray()).containsExactly(0, 9, -1, -1, -1);
      assertThat(set.test().labels().toLongArray()).containsExactly(3);
      assertThat(set.train().classNames()).hasSize(10).contains("monkey");
      try (Tensor first = set.train().pixels().select(0, 0);
          Tensor second = set.train().pixels().select(0, 1)) {
        assertThat(first.toBytes()[5 * 96 + 7]).isEqualTo((byte) 5);
        assertThat(second.toBytes()[5 * 96 + 7]).isEqualTo((byte) 7);
      }
      try (ImageSet labelled = set.train().labelledPart()) {
        assertThat(labelled.size()).isEqualTo(2);
      }
    }
    DataOptions few =
        Opening.of(Map.of("name", "stl10", "path", dir.toString(), "unlabelled", false));
    try (Dataset set = Datasets.open(few)) {
      assertThat(set.train().size()).isEqualTo(2);
      assertThat(set.train().labelled()).isTrue();
    }
  }

  @Test
  void stl10IsReadFromItsArchive() throws IOException {
    stl("files/stl10_binary/");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      for (String name : List.of("test_X.bin", "test_y.bin", "train_X.bin", "train_y.bin")) {
        byte[] content = Files.readAllBytes(dir.resolve("files/stl10_binary").resolve(name));
        TarArchiveEntry entry = new TarArchiveEntry("stl10_binary/" + name);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
      }
    }
    write("stl10_binary.tar.gz", bytes.toByteArray());
    try (Dataset set = Datasets.open(Opening.of(Map.of("name", "stl10", "path", dir.toString())))) {
      assertThat(set.train().labels().toLongArray()).containsExactly(0, 9);
    }
  }

  @Test
  void damagedFilesOfStl10AreNamed() throws IOException {
    stl("");
    DataOptions options = Opening.of(Map.of("name", "stl10", "path", dir.toString()));
    write("train_y.bin", labels(1, 0));
    assertThatThrownBy(() -> Datasets.open(options))
        .hasMessage(dir.resolve("train_y.bin") + " at byte 1: label 0, expected 1 to 10");
    write("train_y.bin", labels(1));
    assertThatThrownBy(() -> Datasets.open(options))
        .hasMessage(dir + ": train_y.bin has 1 labels for the 2 images of train_X.bin");
    write("test_X.bin", Arrays.copyOf(stlImages(1), STL_IMAGE - 5));
    assertThatThrownBy(() -> Datasets.open(options))
        .hasMessage(
            dir.resolve("test_X.bin")
                + ": has 27643 bytes, expected a multiple of 27648 (one image); it is incomplete");
    Files.delete(dir.resolve("test_X.bin"));
    assertThatThrownBy(() -> Datasets.open(options)).hasMessage(dir + ": missing test_X.bin");
  }

  @Test
  void tinyImageNetIsReadAsUnpackedAndReArranged() throws IOException {
    image("tiny-imagenet-200/train/n02/images/n02_0.JPEG", 64, 64);
    image("tiny-imagenet-200/train/n01/images/n01_0.JPEG", 64, 64);
    text("tiny-imagenet-200/train/n01/n01_boxes.txt", "n01_0.JPEG\t0\t0\t10\t10");
    image("tiny-imagenet-200/val/images/val_0.JPEG", 64, 64);
    image("tiny-imagenet-200/val/images/val_1.JPEG", 64, 64);
    text(
        "tiny-imagenet-200/val/val_annotations.txt",
        "val_0.JPEG\tn02\t0\t0\t62\t62",
        "val_1.JPEG\tn01\t0\t0\t62\t62");
    Listing unpacked = list("tiny-imagenet");
    assertThat(unpacked.classNames()).containsExactly("n01", "n02");
    assertThat(unpacked.train()).extracting(StoredImage::label).containsExactly(0, 1);
    assertThat(unpacked.test())
        .extracting(StoredImage::name)
        .containsExactly(
            "tiny-imagenet-200/val/images/val_1.JPEG", "tiny-imagenet-200/val/images/val_0.JPEG");
    assertThat(unpacked.test()).extracting(StoredImage::label).containsExactly(0, 1);

    Path val = dir.resolve("tiny-imagenet-200/val");
    Files.createDirectories(val.resolve("n01/images"));
    Files.createDirectories(val.resolve("n02"));
    Files.move(val.resolve("images/val_1.JPEG"), val.resolve("n01/images/val_1.JPEG"));
    Files.move(val.resolve("images/val_0.JPEG"), val.resolve("n02/val_0.JPEG"));
    Files.delete(val.resolve("images"));
    assertThat(list("tiny-imagenet").test()).extracting(StoredImage::label).containsExactly(0, 1);

    DataOptions options = Opening.of(Map.of("name", "tiny-imagenet", "path", dir.toString()));
    try (SplitImages set = Datasets.openStored(options, report -> {})) {
      assertThat(set.train()).isInstanceOf(ImageSet.class);
      assertThat(((ImageSet) set.train()).pixels().shape().sizes()).containsExactly(2, 3, 64, 64);
    }
  }

  @Test
  void annotationsOfTinyImageNetAreChecked() throws IOException {
    image("train/n01/images/n01_0.JPEG", 64, 64);
    image("val/images/val_0.JPEG", 64, 64);
    text("val/val_annotations.txt", "val_0.JPEG\tn07\t0");
    assertThatThrownBy(() -> list("tiny-imagenet"))
        .hasMessage(
            dir.resolve("val/val_annotations.txt")
                + " line 1: expected FILE, tab, CLASS of the training images; found"
                + " 'val_0.JPEG\tn07\t0'");
  }

  @Test
  void imageNetTakesTheClassesOfAList() throws IOException {
    for (String name : List.of("n01", "n02", "n03")) {
      image("train/" + name + "/" + name + "_1.JPEG", 9, 8);
      image("val/" + name + "/ILSVRC2012_val_" + name + ".JPEG", 9, 8);
    }
    assertThat(list("imagenet").classNames()).containsExactly("n01", "n02", "n03");
    text("some.txt", "n03", "n01");
    Map<String, Object> chosen =
        Map.of(
            "name",
            "imagenet",
            "path",
            dir.toString(),
            "classes",
            dir.resolve("some.txt").toString());
    try (SplitImages set = Datasets.openStored(Opening.of(chosen), report -> {})) {
      assertThat(set.train()).isInstanceOf(StreamedSet.class);
      assertThat(set.train().classNames()).containsExactly("n01", "n03");
      assertThat(set.test().labels().toLongArray()).containsExactly(0, 1);
    }
    assertThatThrownBy(() -> list("imagenet-100"))
        .hasMessage(
            dir.resolve("train") + ": has no folder for 100 of the 100 classes, such as n01558993");
    Files.delete(dir.resolve("val/n02/ILSVRC2012_val_n02.JPEG"));
    assertThatThrownBy(() -> list("imagenet"))
        .hasMessage(
            dir.resolve("val/n02")
                + ": class folder without images (0 other files in it); remove it or fill it");
  }

  @Test
  void aListPicksTrainingImages() throws IOException {
    image("train/n01/n01_1.JPEG", 9, 8);
    image("train/n01/n01_2.JPEG", 9, 8);
    image("train/n02/n02_7.JPEG", 9, 8);
    image("train/n02/same.JPEG", 9, 8);
    image("train/n01/same.JPEG", 9, 8);
    image("val/n01/x.JPEG", 9, 8);
    Path file = dir.resolve("1percent.txt");
    Map<String, Object> options =
        Map.of("name", "imagenet", "path", dir.toString(), "subset", file.toString());
    text("1percent.txt", "n02_7.JPEG", "n01_2.JPEG", "n01/same.JPEG,n01");
    try (SplitImages set = Datasets.openStored(Opening.of(options), report -> {})) {
      assertThat(set.train().labels().toLongArray()).containsExactly(0, 0, 1);
      assertThat(set.test().size()).isEqualTo(1);
    }
    text("1percent.txt", "n01_2.JPEG", "n05_9.JPEG");
    assertThatThrownBy(() -> Datasets.openStored(Opening.of(options), report -> {}))
        .hasMessage(file + " line 2: there is no training image 'n05_9.JPEG'");
    text("1percent.txt", "same.JPEG");
    assertThatThrownBy(() -> Datasets.openStored(Opening.of(options), report -> {}))
        .hasMessageStartingWith(file + " line 1: there are 2 training images 'same.JPEG'");
  }

  @Test
  void aircraftAreCutToTheirRectangles() throws IOException {
    image("data/images/1.jpg", 20, 10);
    image("data/images/2.jpg", 20, 10);
    text("data/images_variant_trainval.txt", "1 Boeing 737-200");
    text("data/images_variant_test.txt", "2 Boeing 737-200");
    text("data/images_box.txt", "1 3 2 9 8", "2 0 0 6 6");
    DataOptions options = Opening.of(Map.of("name", "aircraft", "path", dir.toString()));
    try (Dataset set = Datasets.open(options)) {
      assertThat(set.train().classNames()).containsExactly("Boeing 737-200");
      assertThat(set.train().pixels().shape().sizes()).containsExactly(1, 3, 6, 6);
      try (Tensor image = set.train().pixels().select(0, 0)) {
        BufferedImage whole = ImageFixtures.colour(20, 10);
        assertThat(image.toBytes()[0]).isEqualTo((byte) (whole.getRGB(3, 2) >> 16));
        assertThat(image.toBytes()[35]).isEqualTo((byte) (whole.getRGB(8, 7) >> 16));
      }
    }
    text("data/images_box.txt", "1 3 2 3 8", "2 0 0 6 6");
    assertThatThrownBy(() -> list("aircraft"))
        .hasMessage(
            dir.resolve("data/images_box.txt")
                + ": image 1 has the rectangle '3 2 3 8', expected LEFT TOP RIGHT BOTTOM with"
                + " LEFT < RIGHT and TOP < BOTTOM");
    text("data/images_box.txt", "1 3 2 9 8");
    assertThatThrownBy(() -> list("aircraft"))
        .hasMessage(dir.resolve("data/images_box.txt") + ": has no rectangle for image 2");
    text("data/images_box.txt", "1 3 2 90 8", "2 0 0 6 6");
    assertThatThrownBy(() -> Datasets.open(options))
        .hasMessage(
            dir.resolve("data/images/1.jpg")
                + ": cannot be read as an image: rows 2 to 8 and columns 3 to 90 do not lie inside"
                + " an image of 20 x 10 pixels; repair or remove it, or leave such images out by"
                + " data.on_error: skip");
  }

  @Test
  void missingNumbersOfBirdsAreNamed() throws IOException {
    text("images.txt", "1 001.Bird/a.jpg", "2 001.Bird/b.jpg");
    text("image_class_labels.txt", "1 1");
    text("train_test_split.txt", "1 1", "2 0");
    assertThatThrownBy(() -> list("cub-200"))
        .hasMessage(
            dir.resolve("images.txt") + " line 2: image 2 is missing in image_class_labels.txt");
    text("image_class_labels.txt", "1 1", "2 0");
    assertThatThrownBy(() -> list("cub-200"))
        .hasMessageStartingWith(dir.resolve("images.txt") + " line 2: image 2 has class 0");
    text("images.txt", "1");
    assertThatThrownBy(() -> list("cub-200"))
        .hasMessage(
            dir.resolve("images.txt")
                + " line 1: expected two values with a space between, found '1'");
  }

  @Test
  void labelsOfFlowersAreAMatlabFile() throws IOException {
    write("imagelabels.mat", "no MATLAB file at all, but long enough for it".getBytes("UTF-8"));
    assertThatThrownBy(() -> list("flowers-102"))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(
            dir.resolve("imagelabels.mat")
                + ": cannot be read as a MATLAB 5 file with a variable 'labels': ");
  }

  @Test
  void trafficSignsNeedAllClasses() throws IOException {
    image("00/00000.ppm", 5, 5);
    assertThatThrownBy(() -> list("traffic-signs"))
        .hasMessage(dir.resolve("01") + ": no such folder; the classes are 00 to 42");
  }

  @Test
  void whatIsNotThereIsSaidWithWhereItComesFrom() {
    assertThatThrownBy(() -> list("traffic-signs"))
        .hasMessage(
            "traffic-signs not found: looked for folders 00 to 42 with PPM images (or in"
                + " FullIJCNN2013) in "
                + dir
                + "; get it from https://benchmark.ini.rub.de/gtsdb_dataset.html"
                + " (FullIJCNN2013.zip) and give data.path");
  }
}
