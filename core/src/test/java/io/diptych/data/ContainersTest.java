package io.diptych.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diptych.data.decode.Image;
import io.diptych.data.decode.Reduction;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files that hold many images: tar archives, Parquet (by pyarrow) and LMDB (by its own library).
 */
final class ContainersTest {
  @TempDir Path dir;

  private static byte[] tar(Object... namesAndContents) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      for (int i = 0; i < namesAndContents.length; i += 2) {
        byte[] content =
            namesAndContents[i + 1] instanceof byte[] binary
                ? binary
                : namesAndContents[i + 1].toString().getBytes(StandardCharsets.UTF_8);
        TarArchiveEntry entry = new TarArchiveEntry((String) namesAndContents[i]);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }

  private static byte[] png(int red) {
    BufferedImage image = new BufferedImage(9, 7, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 63; i++) {
      image.setRGB(i % 9, i / 9, red << 16);
    }
    return ImageFixtures.write(image, "png");
  }

  private void write(String name, byte[] content) throws IOException {
    Path file = dir.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, content);
  }

  private SplitImages open(String name, String path) {
    if (Files.exists(Path.of(path))) {
      assertThat(Datasets.formatOf(path).key()).isEqualTo(name);
    }
    return Datasets.openStored(
        Opening.of(Map.of("name", name, "path", path, "workers", 1, "on_error", "skip")),
        report -> {});
  }

  private static int red(ImageCollection images, int index) {
    Image image = ((StreamedSet) images).read(index, Reduction.NONE).orElseThrow();
    return image.samples()[0] & 0xff;
  }

  @Test
  void tarArchivesHoldSamplesWithLabels() throws IOException {
    String deep = "a".repeat(120);
    write(
        "train-000.tar",
        tar("x/000.png", png(10), "x/000.cls", "1\n", "x/000.json", "{}", "x/001.cls", "0"));
    write("train-001.tar", tar("0.cls", "0", deep + "/0.seg.png", png(30), deep + "/0.cls", "2"));
    write("val-000.tar", tar("v.jpg", png(40), "v.cls", "1"));
    write("classes.txt", "cat\ndog\nemu\n".getBytes(StandardCharsets.UTF_8));
    try (SplitImages set = open("webdataset", dir.toString())) {
      assertThat(set.train().labels().toLongArray()).containsExactly(1, 2);
      assertThat(set.test().labels().toLongArray()).containsExactly(1);
      assertThat(set.train().classNames()).containsExactly("cat", "dog", "emu");
      assertThat(red(set.train(), 1)).isEqualTo(30);
      assertThat(red(set.train(), 0)).isEqualTo(10);
      assertThat(red(set.test(), 0)).isEqualTo(40);
    }
    try (SplitImages set = open("webdataset", dir.resolve("train-{000..001}.tar").toString())) {
      assertThat(set.train().size()).isEqualTo(2);
      assertThat(set.test()).isNull();
    }
    DataOptions resident =
        Opening.of(Map.of("name", "webdataset", "path", dir.toString(), "image_size", 8));
    try (Dataset set = Datasets.open(resident)) {
      assertThat(set.train().pixels().shape().sizes()).containsExactly(2, 3, 8, 8);
    }
  }

  @Test
  void unlabelledAndDamagedArchives() throws IOException {
    write("a.tar", tar("1.png", png(1), "2.png", "no image"));
    try (SplitImages set = open("webdataset", dir.resolve("a.tar").toString())) {
      assertThat(set.train().labelled()).isFalse();
      assertThat(set.train().classNames()).isEmpty();
      StreamedSet images = (StreamedSet) set.train();
      assertThat(images.read(1, Reduction.NONE)).isEmpty();
      assertThat(images.skipped().get(0))
          .startsWith(dir.resolve("a.tar") + "!2.png: cannot be read as an image: not an image");
    }
    write("a.tar", tar("1.png", png(1), "1.cls", "cat"));
    assertThatThrownBy(() -> open("webdataset", dir.toString()))
        .hasMessage(dir.resolve("a.tar") + "!1.cls: expected the number of a class, found 'cat'");
    write("a.tar", Arrays.copyOf(tar("1.png", png(1)), 300));
    assertThatThrownBy(() -> open("webdataset", dir.toString()))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(dir.resolve("a.tar") + ": ");
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(packed)) {
      out.write(tar("1.png", png(1)));
    }
    write("a.tar", packed.toByteArray());
    assertThatThrownBy(() -> open("webdataset", dir.toString()))
        .hasMessageContaining("is compressed; images are read in any order");
    assertThatThrownBy(() -> open("webdataset", dir.resolve("b-{0..1}.tar").toString()))
        .hasMessage(dir.resolve("b-0.tar") + ": no such file");
    assertThatThrownBy(() -> open("webdataset", dir.resolve("nowhere").toString()))
        .hasMessage(dir.resolve("nowhere") + ": no such file or folder");
  }

  private Path resource(String name) throws IOException {
    Path file = dir.resolve(name);
    try (InputStream in = ContainersTest.class.getResourceAsStream(name)) {
      Files.write(file, in.readAllBytes());
    }
    return file;
  }

  @ParameterizedTest
  @ValueSource(strings = {"train-snappy.parquet", "train-gzip-v2.parquet", "train-zstd.parquet"})
  void parquetFilesHoldImagesAndLabels(String name) throws IOException {
    resource(name);
    try (SplitImages set = open("parquet", dir.toString())) {
      StreamedSet images = (StreamedSet) set.train();
      assertThat(images.size()).isEqualTo(40);
      assertThat(images.classNames()).containsExactly("cat", "dog", "emu");
      for (int i = 0; i < 40; i++) {
        assertThat(images.label(i)).isEqualTo(i == 5 ? -1 : i % 3);
        if (i != 7) {
          assertThat(red(images, i)).isEqualTo(i * 5);
        }
      }
      assertThat(images.read(7, Reduction.NONE)).isEmpty();
      assertThat(images.skipped())
          .containsExactly(
              dir.resolve(name) + " row 7: cannot be read as an image: the row has no image");
    }
  }

  @Test
  void plainParquetColumnsWork() throws IOException {
    Path file = resource("train-plain.parquet");
    try (SplitImages set = open("parquet", file.toString())) {
      assertThat(set.train().classNames()).containsExactly("0", "1");
      assertThat(set.train().labelled()).isTrue();
      assertThat(red(set.train(), 38)).isEqualTo(39 * 5);
    }
  }

  @Test
  void whatParquetCannotIsSaid() throws IOException {
    Path brotli = dir.resolve("brotli.parquet");
    byte[] other = Files.readAllBytes(resource("train-zstd.parquet"));
    for (int i = 2; i < other.length; i++) { // the codec of each column stands in the footer
      if (other[i - 2] == 0x15 && other[i - 1] == 2 * 6 && other[i] == 0x16) {
        other[i - 1] = 2 * 4;
      }
    }
    Files.write(brotli, other);
    assertThatThrownBy(() -> open("parquet", brotli.toString()))
        .isInstanceOf(DataException.class)
        .hasMessage(
            brotli
                + ": cannot be read as Parquet: is compressed by method 4, which is not read; write"
                + " it with snappy, gzip, zstd or none");
    byte[] whole = Files.readAllBytes(resource("train-snappy.parquet"));
    Path cut = dir.resolve("cut.parquet");
    Files.write(cut, Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(() -> open("parquet", cut.toString()))
        .hasMessage(
            cut
                + ": cannot be read as Parquet: it does not end as such a file does; it is"
                + " incomplete or another format");
    for (int at : List.of(whole.length / 3, whole.length - 40, whole.length - 200)) {
      byte[] damaged = whole.clone();
      Arrays.fill(damaged, at, at + 20, (byte) 0xff);
      Files.write(cut, damaged);
      try (SplitImages set = open("parquet", cut.toString())) {
        for (int i = 0; i < set.train().size(); i++) {
          ((StreamedSet) set.train()).read(i, Reduction.NONE);
        }
      } catch (DataException e) {
        assertThat(e).hasMessageStartingWith(cut.toString());
      }
    }
  }

  @Test
  void lmdbRecordsAreImagesAfterTheirLabels() throws IOException {
    resource("train.lmdb");
    Files.move(resource("plain.lmdb"), dir.resolve("val.lmdb"));
    try (SplitImages set = open("lmdb", dir.toString())) {
      StreamedSet images = (StreamedSet) set.train();
      assertThat(images.size()).isEqualTo(91);
      assertThat(images.classNames()).containsExactly("cat", "dog", "emu");
      for (int i = 0; i < 91; i++) {
        assertThat(images.label(i)).isEqualTo(i < 90 ? i % 3 : 1);
        assertThat(red(images, i)).isEqualTo(i);
      }
      assertThat(images.read(90, Reduction.NONE).orElseThrow().width()).isEqualTo(40);
      assertThat(set.test().labelled()).isFalse();
      assertThat(red(set.test(), 1)).isEqualTo(6);
    }
    Path unpacked = dir.resolve("environment/data.mdb");
    Files.createDirectories(unpacked.getParent());
    Files.copy(dir.resolve("train.lmdb"), unpacked);
    try (SplitImages set = open("lmdb", unpacked.getParent().toString())) {
      assertThat(set.train().size()).isEqualTo(91);
    }
  }

  @Test
  void otherAndDamagedLmdbFilesAreNamed() throws IOException {
    Path foreign = resource("foreign.lmdb");
    assertThatThrownBy(() -> open("lmdb", foreign.toString()))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(foreign + ": cannot be read as LMDB: ");
    byte[] whole = Files.readAllBytes(resource("train.lmdb"));
    Path cut = dir.resolve("cut.lmdb");
    Files.write(cut, Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(() -> open("lmdb", cut.toString()))
        .hasMessage(cut + ": cannot be read as LMDB: it is damaged or incomplete");
    Files.write(cut, new byte[] {1, 2, 3});
    assertThatThrownBy(() -> open("lmdb", cut.toString()))
        .hasMessage(cut + ": cannot be read as LMDB: it does not begin as an LMDB file does");
    assertThatThrownBy(() -> open("lmdb", dir.resolve("nowhere").toString()))
        .hasMessageStartingWith("lmdb not found: looked for a database, or train.lmdb");
    for (int at = 0; at < whole.length; at += 97) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 0x55;
      Files.write(cut, damaged);
      try (SplitImages set = open("lmdb", cut.toString())) {
        ((StreamedSet) set.train()).read(0, Reduction.NONE);
      } catch (DataException e) {
        assertThat(e).hasMessageStartingWith(cut.toString());
      }
    }
  }
}
