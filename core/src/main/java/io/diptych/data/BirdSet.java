package io.diptych.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Caltech-UCSD Birds-200-2011: {@code images.txt}, {@code image_class_labels.txt} and {@code
 * train_test_split.txt}, whose lines begin with the number of an image.
 *
 * @see <a href="https://www.vision.caltech.edu/datasets/cub_200_2011/">The data set's page</a>
 */
final class BirdSet {
  private static final String IMAGES = "images.txt";
  private static final String LABELS = "image_class_labels.txt";
  private static final String SPLIT = "train_test_split.txt";

  private BirdSet() {}

  static Optional<Listing> read(Path root) {
    return Stream.of(root, root.resolve("CUB_200_2011"), root.resolve("CUBirds"))
        .filter(dir -> Files.isRegularFile(dir.resolve(IMAGES)))
        .findFirst()
        .map(dir -> list(root, dir));
  }

  static String lookedFor() {
    return IMAGES + ", " + LABELS + ", " + SPLIT + " and images (or in CUB_200_2011)";
  }

  private static Listing list(Path root, Path dir) {
    TextLines images = TextLines.of(dir.resolve(IMAGES));
    Map<String, String> labels = TextLines.of(dir.resolve(LABELS)).byFirstWord();
    Map<String, String> split = TextLines.of(dir.resolve(SPLIT)).byFirstWord();
    List<StoredImage> train = new ArrayList<>();
    List<StoredImage> test = new ArrayList<>();
    TreeMap<Integer, String> names = new TreeMap<>();
    for (TextLines.Line line : images.lines()) {
      String id = line.text().substring(0, images.firstSpace(line));
      String path = images.rest(line);
      String given = labels.get(id);
      String part = split.get(id);
      if (given == null || part == null) {
        throw images.wrong(
            line, "image " + id + " is missing in " + (given == null ? LABELS : SPLIT));
      }
      int label = images.whole(line, given) - 1;
      if (label < 0 || !(part.equals("0") || part.equals("1"))) {
        throw images.wrong(
            line,
            "image "
                + id
                + " has class "
                + given
                + " and part "
                + part
                + "; expected 1, 2, … and 0 or 1");
      }
      names.putIfAbsent(label, path.substring(0, Math.max(0, path.indexOf('/'))));
      (part.equals("1") ? train : test)
          .add(StoredImage.file(root, dir.resolve("images").resolve(path), label));
    }
    List<String> classes = new ArrayList<>();
    for (int label = 0; label <= (names.isEmpty() ? -1 : names.lastKey()); label++) {
      classes.add(names.getOrDefault(label, "class " + (label + 1)));
    }
    return new Listing(classes, train, test);
  }
}
