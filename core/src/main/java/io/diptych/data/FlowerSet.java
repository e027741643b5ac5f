package io.diptych.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import us.hebi.matlab.mat.format.Mat5;
import us.hebi.matlab.mat.types.Array;
import us.hebi.matlab.mat.types.Matrix;
import us.hebi.matlab.mat.types.Source;
import us.hebi.matlab.mat.types.Sources;

/**
 * Oxford's 102 Category Flower Dataset: {@code image_00001.jpg}, …, and their classes in {@code
 * imagelabels.mat} (MATLAB 5, variable {@code labels}). {@link SplitByClass} splits it, classes in
 * the order in which they first appear.
 *
 * @see <a href="https://www.robots.ox.ac.uk/~vgg/data/flowers/102/">The data set's page</a>
 */
final class FlowerSet {
  private static final String LABELS = "imagelabels.mat";
  private static final int CLASSES = 102;

  private FlowerSet() {}

  static List<String> classes() {
    return IntStream.rangeClosed(1, CLASSES)
        .mapToObj(number -> String.format(Locale.ROOT, "%03d", number))
        .toList();
  }

  static Optional<Listing> read(Path root) {
    return Stream.of(root, root.resolve("VGGFlower"), root.resolve("flowers-102"))
        .filter(dir -> Files.isRegularFile(dir.resolve(LABELS)))
        .findFirst()
        .map(dir -> list(root, dir));
  }

  static String lookedFor() {
    return LABELS + " and image_00001.jpg, … (or these in jpg)";
  }

  private static Listing list(Path root, Path dir) {
    Path images = Files.isDirectory(dir.resolve("jpg")) ? dir.resolve("jpg") : dir;
    int[] labels = labels(dir.resolve(LABELS));
    Map<Integer, List<StoredImage>> byClass = new LinkedHashMap<>();
    for (int i = 0; i < labels.length; i++) {
      String name = String.format(Locale.ROOT, "image_%05d.jpg", i + 1);
      byClass
          .computeIfAbsent(labels[i], label -> new ArrayList<>())
          .add(StoredImage.file(root, images.resolve(name), labels[i]));
    }
    SplitByClass split = new SplitByClass();
    byClass.values().forEach(split::add);
    return split.listing(classes());
  }

  /** The class of each image, from 0. */
  private static int[] labels(Path file) {
    try (Source source = Sources.openFile(file.toFile())) {
      Array array = Mat5.newReader(source).readMat().getArray("labels");
      if (!(array instanceof Matrix matrix)) {
        throw new DataException(file + ": its 'labels' is no matrix of numbers");
      }
      int[] labels = new int[matrix.getNumElements()];
      for (int i = 0; i < labels.length; i++) {
        labels[i] = matrix.getInt(i) - 1;
        if (labels[i] < 0 || labels[i] >= CLASSES) {
          throw new DataException(
              file + ": label " + (labels[i] + 1) + " of image " + (i + 1) + ", expected 1 to 102");
        }
      }
      return labels;
    } catch (IOException | IllegalArgumentException e) {
      throw new DataException(
          file + ": cannot be read as a MATLAB 5 file with a variable 'labels': " + e.getMessage(),
          e);
    }
  }
}
