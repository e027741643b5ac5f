package io.diptych.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds and reads CIFAR-10 and CIFAR-100 as their authors publish them: binary or pickled batches,
 * unpacked or straight from the archive.
 *
 * @see <a href="https://www.cs.toronto.edu/~kriz/cifar.html">The CIFAR-10 and CIFAR-100 data
 *     sets</a>
 */
final class CifarSet {
  private static final List<Layout> CIFAR10 =
      List.of(
          new Layout(
              "cifar-10-batches-bin",
              "cifar-10-binary.tar.gz",
              batches(".bin"),
              "test_batch.bin",
              new CifarBatch.Binary(1, 10)),
          new Layout(
              "cifar-10-batches-py",
              "cifar-10-python.tar.gz",
              batches(""),
              "test_batch",
              new CifarBatch.Pickled("labels", 10)));

  private static final List<Layout> CIFAR100 =
      List.of(
          new Layout(
              "cifar-100-binary",
              "cifar-100-binary.tar.gz",
              List.of("train.bin"),
              "test.bin",
              new CifarBatch.Binary(2, 100)),
          new Layout(
              "cifar-100-python",
              "cifar-100-python.tar.gz",
              List.of("train"),
              "test",
              new CifarBatch.Pickled("fine_labels", 100)));

  private CifarSet() {}

  /**
   * One way the set is published.
   *
   * @param folder the archive's folder
   * @param archive the archive
   * @param train files of the training part, in order
   * @param test file of the test part
   * @param format how a file is read
   */
  private record Layout(
      String folder, String archive, List<String> train, String test, CifarBatch format) {

    List<String> files() {
      return Stream.concat(train.stream(), Stream.of(test)).toList();
    }

    Parts assemble(String where, Map<String, PixelStore> read) {
      List<String> missing = files().stream().filter(name -> !read.containsKey(name)).toList();
      if (!missing.isEmpty()) {
        throw new DataException(where + ": missing " + String.join(", ", missing));
      }
      PixelStore all = new PixelStore(3, CifarBatch.SIDE, CifarBatch.SIDE);
      train.forEach(name -> all.addAll(Objects.requireNonNull(read.remove(name))));
      return new Parts(all, read.get(test));
    }
  }

  private static List<String> batches(String suffix) {
    return Stream.of(1, 2, 3, 4, 5).map(i -> "data_batch_" + i + suffix).toList();
  }

  private static List<Layout> layouts(DatasetName name) {
    return name == DatasetName.CIFAR10 ? CIFAR10 : CIFAR100;
  }

  /** The names a message lists when nothing is found. */
  static String lookedFor(DatasetName name) {
    Layout binary = layouts(name).get(0);
    Layout python = layouts(name).get(1);
    return String.format(
        Locale.ROOT,
        "%s, %s, or their files (%s, … or %s, …)",
        binary.archive(),
        python.archive(),
        binary.train().get(0),
        python.train().get(0));
  }

  /**
   * Reads both parts from a directory, a folder of the archive's name in it, an archive in it, or
   * an archive itself.
   *
   * @return empty if none of the files is there
   * @throws DataException if only some are there, or one is damaged
   */
  static Optional<Parts> read(Path root, DatasetName name) {
    if (Files.isRegularFile(root)) {
      return Optional.of(readArchive(root, layouts(name)));
    }
    for (Layout layout : layouts(name)) {
      for (Path dir : List.of(root, root.resolve(layout.folder()))) {
        if (layout.files().stream().anyMatch(file -> Files.isRegularFile(dir.resolve(file)))) {
          return Optional.of(readFolder(dir, layout));
        }
      }
    }
    for (Layout layout : layouts(name)) {
      Path archive = root.resolve(layout.archive());
      if (Files.isRegularFile(archive)) {
        return Optional.of(readArchive(archive, List.of(layout)));
      }
    }
    return Optional.empty();
  }

  private static Parts readFolder(Path dir, Layout layout) {
    Map<String, PixelStore> read = new HashMap<>();
    for (String name : layout.files()) {
      Path path = dir.resolve(name);
      if (Files.isRegularFile(path)) {
        read.put(name, layout.format().read(DataFile.of(path)));
      }
    }
    return layout.assemble(dir.toString(), read);
  }

  private static Parts readArchive(Path archive, List<Layout> layouts) {
    Map<String, PixelStore> read = new HashMap<>();
    List<Layout> found = new ArrayList<>();
    TarFiles.visit(
        archive,
        (entry, file) -> {
          String name = entry.substring(entry.lastIndexOf('/') + 1);
          Layout layout = layoutOf(name, layouts);
          if (layout != null) {
            found.add(layout);
            read.put(name, layout.format().read(file));
          }
        });
    if (found.isEmpty()) {
      throw new DataException(
          archive + ": holds none of " + String.join(", ", layouts.get(0).files()));
    }
    return found.get(found.size() - 1).assemble(archive.toString(), read);
  }

  private static @Nullable Layout layoutOf(String file, List<Layout> layouts) {
    return layouts.stream().filter(l -> l.files().contains(file)).findFirst().orElse(null);
  }
}
