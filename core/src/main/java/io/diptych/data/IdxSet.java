package io.diptych.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the four files of a set of the MNIST family under the names they go by. */
final class IdxSet {
  static final String TRAIN = "train";
  static final String TEST = "t10k";
  private static final String IMAGES = "images";
  private static final String LABELS = "labels";

  private IdxSet() {}

  /** The canonical name of a compressed file, such as {@code train-images-idx3-ubyte.gz}. */
  static String imagesName(String part) {
    return part + "-images-idx3-ubyte.gz";
  }

  /** The canonical name of a compressed file, such as {@code train-labels-idx1-ubyte.gz}. */
  static String labelsName(String part) {
    return part + "-labels-idx1-ubyte.gz";
  }

  /**
   * Reads both parts from a directory, or from where the usual tools put them under it.
   *
   * @return empty if no directory holds any of the files
   * @throws DataException if only some of the files are there, or one is damaged
   */
  static Optional<Parts> read(Path root, int classes) {
    for (Path dir : directories(root)) {
      List<String> missing = new ArrayList<>();
      List<DataFile> files = new ArrayList<>();
      for (String part : List.of(TRAIN, TEST)) {
        for (String kind : List.of(IMAGES, LABELS)) {
          find(dir, part, kind)
              .ifPresentOrElse(
                  path -> files.add(DataFile.of(path)),
                  () -> missing.add(names(part, kind).get(0)));
        }
      }
      if (missing.isEmpty()) {
        return Optional.of(
            new Parts(
                IdxReader.read(files.get(0), files.get(1), classes),
                IdxReader.read(files.get(2), files.get(3), classes)));
      }
      if (!files.isEmpty()) {
        throw new DataException(
            dir + ": missing " + String.join(", ", missing) + " beside " + files.get(0).name());
      }
    }
    return Optional.empty();
  }

  static String lookedFor() {
    return "train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and"
        + " t10k-labels-idx1-ubyte (plain or .gz)";
  }

  private static List<Path> directories(Path root) {
    return List.of(
        root,
        root.resolve("raw"),
        root.resolve("FashionMNIST").resolve("raw"),
        root.resolve("MNIST").resolve("raw"),
        root.resolve("KMNIST").resolve("raw"));
  }

  private static Optional<Path> find(Path dir, String part, String kind) {
    return names(part, kind).stream().map(dir::resolve).filter(Files::isRegularFile).findFirst();
  }

  private static List<String> names(String part, String kind) {
    String dims = kind.equals(IMAGES) ? "idx3" : "idx1";
    String dashed = part + "-" + kind + "-" + dims + "-ubyte";
    String dotted = part + "-" + kind + "." + dims + "-ubyte";
    return List.of(dashed, dashed + ".gz", dotted, dotted + ".gz");
  }
}
