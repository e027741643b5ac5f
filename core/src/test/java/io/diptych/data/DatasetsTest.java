package io.diptych.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diptych.data.DataOptions.OnError;
import io.diptych.option.OptionException;
import io.diptych.option.Options;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DatasetsTest {
  @TempDir Path dir;

  private static DataOptions options(
      @Nullable Path path,
      @Nullable Integer imageSize,
      @Nullable Integer channels,
      @Nullable Integer limit) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    values.put("name", "fashion-mnist");
    values.put("path", path == null ? null : path.toString());
    values.put("image_size", imageSize);
    values.put("channels", channels);
    values.put("limit", limit);
    return Opening.of(values);
  }

  private Places places(Map<String, String> environment) {
    return new Places(environment, dir.resolve("home"), dir.resolve("system"));
  }

  private Parts read(DataOptions options, Map<String, String> environment) {
    return Datasets.read(options, places(environment), List.of(), report -> {});
  }

  @Test
  void opensTrainingAndTestImagesAsTensors() throws IOException {
    IdxFiles.write(dir, 40, 20, 28, 28);
    try (Dataset set = Datasets.open(DataOptions.of(DatasetName.FASHION_MNIST, dir))) {
      assertThat(set.train().pixels().shape().sizes()).containsExactly(40, 1, 28, 28);
      assertThat(set.train().labels().toLongArray()).hasSize(40).startsWith(0, 1, 2);
      assertThat(set.train().classNames()).hasSize(10).contains("Ankle boot");
      assertThat(set.train().name()).isEqualTo("fashion-mnist");
      assertThat(set.test()).isNotNull();
      assertThat(set.test().size()).isEqualTo(20);
      byte[] pixels = set.train().pixels().toBytes();
      byte[] third = IdxFiles.pixels(2, 784);
      assertThat(Stream.iterate(0, i -> i < 784, i -> i + 1).map(i -> pixels[2 * 784 + i]))
          .containsExactlyElementsOf(
              Stream.iterate(0, i -> i < 784, i -> i + 1).map(i -> third[i]).toList());
    }
  }

  @Test
  void severalChunksAreJoinedInOrder() throws IOException {
    // 100 images of 256x256 make two chunks of 4 MB.
    IdxFiles.write(dir, 100, 1, 256, 256);
    try (Dataset set = Datasets.open(DataOptions.of(DatasetName.MNIST, dir))) {
      for (int i : new int[] {0, 63, 64, 99}) {
        byte[] image = set.train().pixels().select(0, i).toBytes();
        assertThat(image).isEqualTo(IdxFiles.pixels(i, 256 * 256));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "raw", "FashionMNIST/raw", "MNIST/raw", "KMNIST/raw"})
  void findsTheFilesWhereOtherToolsPutThem(String below) throws IOException {
    IdxFiles.write(dir.resolve(below), 10, 10, 4, 4);
    assertThat(read(options(dir, null, null, null), Map.of()).train().size()).isEqualTo(10);
  }

  @Test
  void acceptsDottedNamesAndCompressedFilesMixed() throws IOException {
    IdxFiles.write(dir, 10, 10, 4, 4);
    Files.move(dir.resolve("train-images-idx3-ubyte"), dir.resolve("train-images.idx3-ubyte"));
    Path labels = dir.resolve("t10k-labels-idx1-ubyte");
    Files.write(
        dir.resolve("t10k-labels.idx1-ubyte.gz"), IdxFiles.gzip(Files.readAllBytes(labels)));
    Files.delete(labels);
    assertThat(read(options(dir, null, null, null), Map.of()).train().size()).isEqualTo(10);
  }

  @Test
  void looksInTheEnvironmentThenTheCacheThenTheSystem() throws IOException {
    DataOptions options = options(null, null, null, null);
    Path chosen = dir.resolve("chosen");
    Map<String, String> environment = Map.of("DIPTYCH_DATA", chosen.toString());
    IdxFiles.write(dir.resolve("system/fashion-mnist"), 10, 10, 4, 4);
    assertThat(read(options, environment).train().size()).isEqualTo(10);
    IdxFiles.write(dir.resolve("home/.cache/diptych/data/fashion-mnist"), 20, 10, 4, 4);
    assertThat(read(options, environment).train().size()).isEqualTo(20);
    IdxFiles.write(chosen.resolve("fashion-mnist"), 30, 10, 4, 4);
    assertThat(read(options, environment).train().size()).isEqualTo(30);
    assertThat(read(options, Map.of()).train().size()).isEqualTo(20);
  }

  @Test
  void downloadsGoWhereTheyAreFoundAgain() {
    assertThat(places(Map.of()).downloads(DatasetName.CIFAR10))
        .isEqualTo(dir.resolve("home/.cache/diptych/data/cifar10"));
    Map<String, String> environment = Map.of("DIPTYCH_DATA", "/d");
    assertThat(places(environment).downloads(DatasetName.CIFAR10)).isEqualTo(Path.of("/d/cifar10"));
    assertThat(places(environment).candidates(DatasetName.CIFAR10))
        .startsWith(Path.of("/d/cifar10"));
  }

  @Test
  void missingDataSaysWhatWasSoughtWhereAndHowToGetIt() throws IOException {
    Files.createDirectories(dir.resolve("system/fashion-mnist"));
    assertThatThrownBy(() -> read(options(null, null, null, null), Map.of()))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "fashion-mnist not found: looked for train-images-idx3-ubyte, train-labels-idx1-ubyte,"
                + " t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte (plain or .gz) in "
                + dir.resolve("home/.cache/diptych/data/fashion-mnist")
                + " (does not exist), "
                + dir.resolve("system/fashion-mnist")
                + "; run 'diptych data get fashion-mnist' or give data.path");
  }

  @Test
  void someOfTheFilesAreNotEnough() throws IOException {
    IdxFiles.write(dir, 10, 10, 4, 4);
    Files.delete(dir.resolve("train-labels-idx1-ubyte"));
    assertThatThrownBy(() -> read(options(dir, null, null, null), Map.of()))
        .isInstanceOf(DataException.class)
        .hasMessage(
            dir
                + ": missing train-labels-idx1-ubyte beside "
                + dir.resolve("train-images-idx3-ubyte"));
  }

  @Test
  void limitKeepsTheFirstOfEveryClass() throws IOException {
    IdxFiles.write(dir, 45, 20, 4, 4);
    Parts parts = read(options(dir, null, null, 2), Map.of());
    assertThat(parts.train().size()).isEqualTo(20);
    byte[] image = new byte[16];
    parts.train().copy(13, image, 0);
    assertThat(image).isEqualTo(IdxFiles.pixels(13, 16));
    assertThat(read(options(dir, null, null, 5), Map.of()).train().size()).isEqualTo(45);
  }

  @Test
  void resizesAndColoursOnRequest() throws IOException {
    IdxFiles.write(dir, 10, 10, 28, 28);
    PixelStore train = read(options(dir, 14, 3, null), Map.of()).train();
    assertThat(train.channels()).isEqualTo(3);
    assertThat(train.height()).isEqualTo(14);
    byte[] image = new byte[3 * 14 * 14];
    train.copy(0, image, 0);
    for (int i = 0; i < 196; i++) {
      assertThat(image[i]).isEqualTo(image[196 + i]).isEqualTo(image[392 + i]);
    }
  }

  @Test
  void listsEverySetWithWhatIsKnownOfIt() {
    assertThat(Datasets.list()).extracting(DatasetInfo::name).containsExactly(DatasetName.values());
    for (DatasetInfo info : Datasets.list()) {
      assertThat(info.mean()).hasSameSizeAs(info.std()).isNotEmpty();
      assertThat(info.licence()).isNotBlank();
      if (info.channels() != 0) {
        assertThat(info.mean()).hasSize(info.channels());
      }
      if (!info.classes().isEmpty()) {
        assertThat(info.classes()).doesNotHaveDuplicates().hasSizeBetween(10, 102);
      }
    }
    assertThat(Datasets.info(DatasetName.CIFAR100).classes()).hasSize(100).isSorted();
    assertThat(Datasets.info(DatasetName.FASHION_MNIST).download()).hasSize(4);
    assertThat(Datasets.info(DatasetName.CIFAR10).download())
        .extracting(RemoteFile::name)
        .containsExactly("cifar-10-binary.tar.gz");
  }

  @Test
  void theSampleComesFromTheFirstProviderThatHasIt() {
    SampleSource none = name -> null;
    SampleSource some =
        name ->
            new ByteArrayInputStream(
                name.contains("images") ? IdxFiles.images(10, 4, 4) : IdxFiles.labels(10));
    DataOptions options = DataOptions.of(DatasetName.SAMPLE, null);
    Parts parts = Datasets.read(options, places(Map.of()), List.of(none, some), report -> {});
    assertThat(parts.train().size()).isEqualTo(10);
    assertThat(parts.classNames()).contains("Sneaker");
    assertThatThrownBy(() -> Datasets.read(options, places(Map.of()), List.of(none), report -> {}))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "this application carries no sample: use the diptych command, or give the path of one");
  }

  @Test
  void optionsAreReadAndWrittenAsInARecipe() {
    DataOptions defaults = Options.defaults(DataOptions.class);
    assertThat(defaults).isEqualTo(DataOptions.of(DatasetName.SAMPLE, null));
    DataOptions given =
        Options.defaults(
            DataOptions.class,
            Map.of("name", "fashion-mnist", "image_size", 32, "on_error", "skip"));
    assertThat(given.name()).isEqualTo(DatasetName.FASHION_MNIST);
    assertThat(given.imageSize()).isEqualTo(32);
    assertThat(given.onError()).isEqualTo(OnError.SKIP);
    for (DatasetName name : DatasetName.values()) {
      DataOptions named =
          Options.defaults(
              DataOptions.class, Map.of("name", name.key(), "path", "x", "image_size", 8));
      assertThat(named.name()).isEqualTo(name);
    }
  }

  @Test
  void refusesOptionsThatContradictOrAreOutOfRange() {
    assertThatThrownBy(() -> DataOptions.of(DatasetName.FOLDER, null))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("path")
        .hasMessageContaining("must be given for name: folder");
    assertThatThrownBy(() -> Opening.of(Map.of("name", "cifar10", "classes", "some.txt")))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("is for sets with class folders, name: cifar10 has none");
    assertThatThrownBy(() -> options(dir, null, 2, null))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("must be 1 or 3, was 2");
    assertThatThrownBy(() -> Datasets.open(options(dir, 0, null, null)))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("image_size");
  }
}
