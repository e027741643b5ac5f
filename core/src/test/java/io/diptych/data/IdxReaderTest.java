package io.diptych.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class IdxReaderTest {
  @TempDir Path dir;
  private Path images;
  private Path labels;

  @BeforeEach
  void writeFiles() throws IOException {
    images = dir.resolve("images");
    labels = dir.resolve("labels");
    Files.write(images, IdxFiles.images(30, 5, 7));
    Files.write(labels, IdxFiles.labels(30));
  }

  private PixelStore read() {
    return IdxReader.read(DataFile.of(images), DataFile.of(labels), 10);
  }

  private static void assertComplete(PixelStore store) {
    assertThat(store.size()).isEqualTo(30);
    assertThat(store.height()).isEqualTo(5);
    assertThat(store.width()).isEqualTo(7);
    byte[] image = new byte[35];
    for (int i = 0; i < 30; i++) {
      store.copy(i, image, 0);
      assertThat(image).isEqualTo(IdxFiles.pixels(i, 35));
      assertThat(store.label(i)).isEqualTo(i % 10);
    }
  }

  @Test
  void readsPlainFiles() {
    assertComplete(read());
  }

  @Test
  void readsCompressedFilesWhateverTheirName() throws IOException {
    Files.write(images, IdxFiles.gzip(IdxFiles.images(30, 5, 7)));
    Files.write(labels, IdxFiles.gzip(IdxFiles.labels(30)));
    assertComplete(read());
  }

  @Test
  void refusesAnotherMagicNumber() throws IOException {
    Files.write(images, IdxFiles.labels(30));
    assertThatThrownBy(this::read)
        .isInstanceOf(DataException.class)
        .hasMessage(
            images
                + " at byte 4: magic number 0x00000801, expected 0x00000803:"
                + " not an IDX file of 8-bit images");
  }

  @Test
  void refusesATruncatedPlainFileBeforeReadingIt() throws IOException {
    byte[] all = Files.readAllBytes(images);
    Files.write(images, Arrays.copyOf(all, all.length - 1));
    assertThatThrownBy(this::read)
        .isInstanceOf(DataException.class)
        .hasMessage(
            images
                + " at byte 16: 30 images of 5x7 need 1066 bytes, but the file has 1065;"
                + " it is damaged or incomplete");
  }

  @Test
  void refusesATruncatedCompressedFile() throws IOException {
    byte[] all = IdxFiles.gzip(IdxFiles.images(30, 5, 7));
    Files.write(images, Arrays.copyOf(all, all.length / 2));
    assertThatThrownBy(this::read)
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(images + " at byte ")
        .hasMessageEndingWith(" (decompressed): the compressed file ends early; it is incomplete");
  }

  @Test
  void refusesACompressedFileOfTooFewImages() throws IOException {
    byte[] all = IdxFiles.images(30, 5, 7);
    Files.write(images, IdxFiles.gzip(Arrays.copyOf(all, 16 + 35 * 12 + 3)));
    assertThatThrownBy(this::read)
        .isInstanceOf(DataException.class)
        .hasMessage(
            images
                + " at byte 439 (decompressed): file ends in image 12 of 30:"
                + " expected 35 bytes, got 3; incomplete");
  }

  @Test
  void refusesBytesAfterTheLastImage() throws IOException {
    byte[] all = IdxFiles.images(30, 5, 7);
    Files.write(images, IdxFiles.gzip(Arrays.copyOf(all, all.length + 1)));
    assertThatThrownBy(this::read)
        .isInstanceOf(DataException.class)
        .hasMessage(
            images
                + " at byte 1066 (decompressed): expected the end of the file after 30 images,"
                + " but more bytes follow");
  }

  @Test
  void refusesImagesAndLabelsOfDifferentNumber() throws IOException {
    Files.write(labels, IdxFiles.labels(29));
    assertThatThrownBy(this::read)
        .isInstanceOf(DataException.class)
        .hasMessage(
            images
                + " has 30 images, but "
                + labels
                + " has 29 labels; they do not belong together");
  }

  @Test
  void refusesALabelOfNoClass() throws IOException {
    byte[] all = IdxFiles.labels(30);
    all[8 + 4] = (byte) 200;
    Files.write(labels, all);
    assertThatThrownBy(this::read)
        .isInstanceOf(DataException.class)
        .hasMessage(labels + " at byte 12: label 200, expected 0 to 9");
  }

  @Test
  void refusesAHugeCountBeforeSettingMemoryAside() throws IOException {
    byte[] all = IdxFiles.images(30, 5, 7);
    ByteBuffer.wrap(all).putInt(4, Integer.MAX_VALUE).putInt(8, 16_384).putInt(12, 16_384);
    Files.write(images, IdxFiles.gzip(all));
    assertThatThrownBy(this::read)
        .isInstanceOf(DataException.class)
        .hasMessageContaining("2147483647 images of 16384x16384 need 576460752034988048 bytes");
  }

  @Test
  void refusesEmptyAndMissingFiles() throws IOException {
    Files.write(images, new byte[0]);
    assertThatThrownBy(this::read)
        .isInstanceOf(DataException.class)
        .hasMessage(
            images + " at byte 0: file ends in the header: expected 4 bytes, got 0; incomplete");
    Files.delete(images);
    assertThatThrownBy(this::read)
        .isInstanceOf(DataException.class)
        .hasMessage(images + ": cannot be read: no such file or directory");
    assertThatThrownBy(() -> DataFile.of(dir))
        .isInstanceOf(DataException.class)
        .hasMessage(dir + ": is a directory, expected a file");
  }

  @Test
  void damagedFilesEndInADataExceptionOrAreRead() throws IOException {
    long seed = Long.getLong("test.seed", 20_261_122L);
    SplittableRandom random = new SplittableRandom(seed);
    byte[][] originals = {
      IdxFiles.images(30, 5, 7), IdxFiles.gzip(IdxFiles.images(30, 5, 7)),
    };
    int refused = 0;
    for (int round = 0; round < 600; round++) {
      byte[] bytes = originals[round % 2].clone();
      if (random.nextInt(3) == 0) {
        bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
      } else {
        // Half the flips hit the header, where they hurt most.
        int bits = 8 * (random.nextBoolean() ? 20 : bytes.length);
        int bit = random.nextInt(bits);
        bytes[bit / 8] ^= (byte) (1 << bit % 8);
      }
      Files.write(images, bytes);
      try {
        assertThat(read().size()).as("seed %d round %d", seed, round).isEqualTo(30);
      } catch (DataException e) {
        refused++;
      }
    }
    assertThat(refused).isBetween(200, 599);
  }
}
