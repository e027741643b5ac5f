package io.diptych.data;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CifarSetTest {
  private static final int RECORD = 3073;

  @TempDir Path dir;

  /** A binary batch: pixels of image i follow from {@code first + i}, its label is i modulo 10. */
  private static byte[] batch10(int first, int count) {
    byte[] bytes = new byte[count * RECORD];
    for (int i = 0; i < count; i++) {
      bytes[i * RECORD] = (byte) (i % 10);
      System.arraycopy(IdxFiles.pixels(first + i, 3072), 0, bytes, i * RECORD + 1, 3072);
    }
    return bytes;
  }

  private static byte[] batch100(int first, int count) {
    byte[] bytes = new byte[count * 3074];
    for (int i = 0; i < count; i++) {
      bytes[i * 3074] = (byte) (i % 20);
      bytes[i * 3074 + 1] = (byte) (99 - i);
      System.arraycopy(IdxFiles.pixels(first + i, 3072), 0, bytes, i * 3074 + 2, 3072);
    }
    return bytes;
  }

  private static Map<String, byte[]> cifar10() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("test_batch.bin", batch10(100, 3));
    for (int b = 5; b >= 1; b--) {
      files.put("data_batch_" + b + ".bin", batch10(10 * b, 4));
    }
    files.put("batches.meta.txt", "airplane\n".getBytes(ISO_8859_1));
    return files;
  }

  private static void write(Path dir, Map<String, byte[]> files) throws IOException {
    Files.createDirectories(dir);
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Files.write(dir.resolve(file.getKey()), file.getValue());
    }
  }

  private static byte[] tarGz(String folder, Map<String, byte[]> files) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
      tar.putArchiveEntry(new TarArchiveEntry(folder + "/"));
      tar.closeArchiveEntry();
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        TarArchiveEntry entry = new TarArchiveEntry(folder + "/" + file.getKey());
        entry.setSize(file.getValue().length);
        tar.putArchiveEntry(entry);
        tar.write(file.getValue());
        tar.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }

  private static byte[] pickle(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            CifarSetTest.class.getResourceAsStream("pickle/" + name + ".gz"), name)) {
      return new GZIPInputStream(in).readAllBytes();
    }
  }

  private static Map<String, byte[]> pickled(byte[] batch) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (int b = 1; b <= 5; b++) {
      files.put("data_batch_" + b, batch);
    }
    files.put("test_batch", batch);
    return files;
  }

  private Parts read10(Path root) {
    return CifarSet.read(root, DatasetName.CIFAR10).orElseThrow();
  }

  private static void assertImage(PixelStore store, int index, int pixels, int label) {
    byte[] image = new byte[3072];
    store.copy(index, image, 0);
    assertThat(image).isEqualTo(IdxFiles.pixels(pixels, 3072));
    assertThat(store.label(index)).isEqualTo(label);
  }

  private void assertCifar10(Parts parts) {
    PixelStore train = parts.train();
    assertThat(train.size()).isEqualTo(20);
    assertThat(train.channels()).isEqualTo(3);
    assertThat(train.height()).isEqualTo(32);
    assertImage(train, 0, 10, 0);
    assertImage(train, 7, 23, 3);
    assertImage(train, 19, 53, 3);
    assertThat(parts.test()).isNotNull();
    assertThat(parts.test().size()).isEqualTo(3);
    assertImage(parts.test(), 2, 102, 2);
  }

  @Test
  void readsBinaryBatchesInOrderFromTheirFolderOrTheOneAbove() throws IOException {
    write(dir.resolve("cifar-10-batches-bin"), cifar10());
    assertCifar10(read10(dir));
    assertCifar10(read10(dir.resolve("cifar-10-batches-bin")));
  }

  @Test
  void readsTheArchiveWhateverTheOrderInIt() throws IOException {
    Path archive = dir.resolve("cifar-10-binary.tar.gz");
    Files.write(archive, tarGz("cifar-10-batches-bin", cifar10()));
    assertCifar10(read10(dir));
    assertCifar10(read10(archive));
    Path plain = dir.resolve("plain.tar");
    try (InputStream in = new GZIPInputStream(Files.newInputStream(archive))) {
      Files.copy(in, plain);
    }
    assertCifar10(read10(plain));
  }

  @Test
  void readsTheFineLabelsOfCifar100() throws IOException {
    write(dir, Map.of("train.bin", batch100(0, 5), "test.bin", batch100(9, 2)));
    Parts parts = CifarSet.read(dir, DatasetName.CIFAR100).orElseThrow();
    assertImage(parts.train(), 4, 4, 95);
    assertThat(parts.test()).isNotNull();
    assertImage(parts.test(), 0, 9, 99);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "python2-protocol0",
        "python2-protocol1",
        "python2-protocol2",
        "python3-protocol0",
        "python3-protocol1",
        "python3-protocol2",
        "python3-protocol3",
        "python3-protocol4",
        "python3-protocol5"
      })
  void readsBatchesAsPythonPicklesThem(String fixture) throws IOException {
    write(dir.resolve("cifar-10-batches-py"), pickled(pickle(fixture)));
    PixelStore train = read10(dir).train();
    assertThat(train.size()).isEqualTo(60);
    byte[] image = new byte[3072];
    train.copy(13, image, 0);
    for (int j = 0; j < 3072; j++) {
      assertThat(image[j] & 0xff).isEqualTo((7 + j / 16) % 256);
    }
    assertThat(train.label(13)).isEqualTo(1);
  }

  @Test
  void readsPickledFineLabelsFromTheArchive() throws IOException {
    byte[] batch = pickle("python2-fine");
    Path archive = dir.resolve("cifar-100-python.tar.gz");
    Files.write(archive, tarGz("cifar-100-python", Map.of("train", batch, "test", batch)));
    Parts parts = CifarSet.read(dir, DatasetName.CIFAR100).orElseThrow();
    assertThat(parts.train().size()).isEqualTo(12);
    assertThat(parts.train().label(11)).isEqualTo(91);
    assertThatThrownBy(() -> CifarSet.read(archive, DatasetName.CIFAR10))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(archive + ": holds none of data_batch_1.bin, ");
  }

  @Test
  void openingAMissingSetSaysWhatWasLookedFor() {
    assertThatThrownBy(() -> Datasets.open(DataOptions.of(DatasetName.CIFAR10, dir)))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "cifar10 not found: looked for cifar-10-binary.tar.gz, cifar-10-python.tar.gz, or their"
                + " files (data_batch_1.bin, … or data_batch_1, …) in "
                + dir
                + "; run 'diptych data get cifar10' or give data.path");
  }

  @Test
  void saysWhichBatchesAreMissing() throws IOException {
    Map<String, byte[]> files = cifar10();
    files.remove("data_batch_3.bin");
    files.remove("test_batch.bin");
    write(dir, files);
    assertThatThrownBy(() -> read10(dir))
        .isInstanceOf(DataException.class)
        .hasMessage(dir + ": missing data_batch_3.bin, test_batch.bin");
  }

  @Test
  void refusesABatchThatIsNoWholeNumberOfRecords() throws IOException {
    Map<String, byte[]> files = cifar10();
    files.put("data_batch_2.bin", Arrays.copyOf(batch10(0, 4), 4 * RECORD - 1));
    write(dir, files);
    assertThatThrownBy(() -> read10(dir))
        .isInstanceOf(DataException.class)
        .hasMessage(
            dir.resolve("data_batch_2.bin")
                + ": has 12291 bytes, expected a multiple of 3073 (one record); it is incomplete,"
                + " or not a binary batch of CIFAR-10");
  }

  @Test
  void refusesALabelOfNoClassAndSaysWhereItIs() throws IOException {
    Map<String, byte[]> files = cifar10();
    byte[] batch = batch10(0, 4);
    batch[2 * RECORD] = 17;
    files.put("data_batch_2.bin", batch);
    write(dir, files);
    assertThatThrownBy(() -> read10(dir))
        .isInstanceOf(DataException.class)
        .hasMessage(dir.resolve("data_batch_2.bin") + " at byte 6146: label 17, expected 0 to 9");
  }

  @Test
  void refusesAnArchiveCutShort() throws IOException {
    byte[] bytes = tarGz("cifar-10-batches-bin", cifar10());
    Path archive = dir.resolve("cifar-10-binary.tar.gz");
    Files.write(archive, Arrays.copyOf(bytes, bytes.length / 2));
    assertThatThrownBy(() -> read10(dir))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(archive.toString())
        .hasMessageContaining("incomplete");
  }

  private void assertRefusedPickle(byte[] pickle, String reason) throws IOException {
    write(dir, pickled(pickle));
    assertThatThrownBy(() -> read10(dir))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(dir.resolve("data_batch_1").toString())
        .hasMessageContaining(reason);
  }

  @Test
  void hostilePicklesAreRefusedBeforeTheyDoAnything() throws IOException {
    assertRefusedPickle(
        "cos\nsystem\n(S'touch /tmp/owned'\ntR.".getBytes(ISO_8859_1),
        "it asks for os.system, which is refused");
    assertRefusedPickle(
        "cbuiltins\neval\n(S'1'\ntR.".getBytes(ISO_8859_1), "it asks for builtins.eval");
    // What the library itself would construct by reflection or by its own table.
    assertRefusedPickle(
        "cdatetime\ndatetime\n(tR.".getBytes(ISO_8859_1), "it asks for datetime.datetime");
    assertRefusedPickle("(ios\nsystem\n.".getBytes(ISO_8859_1), "instruction 0x69 is refused");
    assertRefusedPickle("P1\n.".getBytes(ISO_8859_1), "instruction 0x50 is refused");
    assertRefusedPickle("}}b.".getBytes(ISO_8859_1), "an object is given a state");
    assertRefusedPickle("}R.".getBytes(ISO_8859_1), "it makes no sense");
    assertRefusedPickle("}])b.".getBytes(ISO_8859_1), "an object is given a state");
    assertRefusedPickle("}]]s.".getBytes(ISO_8859_1), "a dictionary's key is no string");
    assertRefusedPickle(
        new byte[] {'T', -1, -1, -1, 127, '.'}, "it announces 2147483647 bytes where 1 are left");
    assertRefusedPickle(
        new byte[] {(byte) 0x8e, -1, -1, -1, -1, -1, -1, -1, -1, '.'}, "it announces -1 bytes");
    assertRefusedPickle("].".getBytes(ISO_8859_1), "something else than a dictionary");
    assertRefusedPickle("}.".getBytes(ISO_8859_1), "has no numpy array 'data' of 8-bit numbers");
    assertRefusedPickle(new byte[0], "not a pickle of plain values");
  }

  @Test
  void damagedBatchesEndInADataExceptionOrAreRead() throws IOException {
    long seed = Long.getLong("test.seed", 20_261_122L);
    SplittableRandom random = new SplittableRandom(seed);
    byte[] python2 = pickle("python2-protocol2");
    byte[] python3 = pickle("python3-protocol4");
    CifarBatch format = new CifarBatch.Pickled("labels", 10);
    int refused = 0;
    for (int round = 0; round < 2000; round++) {
      byte[] bytes = (round % 2 == 0 ? python2 : python3).clone();
      if (random.nextInt(8) == 0) {
        bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
      } else {
        // The structure is in the first and last bytes; the pixels between may be anything.
        int at = random.nextInt(400);
        bytes[at < 200 ? at : bytes.length - (at - 199)] = (byte) random.nextInt(256);
      }
      byte[] damaged = bytes;
      DataFile file = new DataFile("batch", bytes.length, () -> new ByteArrayInputStream(damaged));
      try {
        assertThat(format.read(file).size()).as("seed %d round %d", seed, round).isPositive();
      } catch (DataException e) {
        refused++;
      }
    }
    assertThat(refused).isBetween(500, 1900);
  }

  @Test
  void damagedArchivesEndInADataExceptionOrAreRead() throws IOException {
    long seed = Long.getLong("test.seed", 20_261_122L);
    SplittableRandom random = new SplittableRandom(seed);
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    byte[] original = tarGz("cifar-10-batches-bin", cifar10());
    new GZIPInputStream(new ByteArrayInputStream(original)).transferTo(plain);
    byte[] tar = plain.toByteArray();
    Path archive = dir.resolve("a.tar");
    int refused = 0;
    for (int round = 0; round < 400; round++) {
      byte[] bytes = tar.clone();
      // Headers are 512 bytes, the second at the start of the second block.
      int at = random.nextInt(3) * 512 + random.nextInt(512);
      bytes[at] = (byte) random.nextInt(256);
      Files.write(archive, bytes);
      try {
        assertThat(read10(archive).train().size()).as("seed %d round %d", seed, round).isPositive();
      } catch (DataException e) {
        refused++;
      }
    }
    assertThat(refused).isBetween(20, 399);
  }
}
