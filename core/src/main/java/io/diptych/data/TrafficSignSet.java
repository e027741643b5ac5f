package io.diptych.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The traffic signs of the German Traffic Sign Detection Benchmark, cut out: a folder of PPM images
 * for each of the classes 00 to 42. There is no published split for classification: {@link
 * SplitByClass} makes one.
 *
 * @see <a href="https://benchmark.ini.rub.de/gtsdb_dataset.html">The data set's page</a>
 */
final class TrafficSignSet {
  private static final int CLASSES = 43;

  private TrafficSignSet() {}

  static List<String> classes() {
    return IntStream.range(0, CLASSES)
        .mapToObj(label -> String.format(Locale.ROOT, "%02d", label))
        .toList();
  }

  static Optional<Listing> read(Path root) {
    return Stream.of(root, root.resolve("FullIJCNN2013"), root.resolve("TrafficSign"))
        .filter(dir -> Files.isDirectory(dir.resolve("00")))
        .findFirst()
        .map(dir -> list(root, dir));
  }

  static String lookedFor() {
    return "folders 00 to 42 with PPM images (or in FullIJCNN2013)";
  }

  private static Listing list(Path root, Path dir) {
    SplitByClass split = new SplitByClass();
    for (int label = 0; label < CLASSES; label++) {
      Path folder = dir.resolve(classes().get(label));
      if (!Files.isDirectory(folder)) {
        throw new DataException(folder + ": no such folder; the classes are 00 to 42");
      }
      int of = label;
      split.add(
          ImageFiles.in(folder, false).images().stream()
              .map(file -> StoredImage.file(root, file, of))
              .toList());
    }
    return split.listing(classes());
  }
}
