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
 * Tiny-ImageNet: {@code train/CLASS/images/*.JPEG}, and validation images that serve as test part,
 * as they are unpacked ({@code val/images} with {@code val_annotations.txt}) or re-arranged into
 * class folders, by whatever script.
 */
final class TinyImageNet {
  private static final String ANNOTATIONS = "val_annotations.txt";

  private TinyImageNet() {}

  static Optional<Listing> read(Path root) {
    return Stream.of(root, root.resolve("tiny-imagenet-200"))
        .filter(dir -> Files.isDirectory(dir.resolve("train")))
        .findFirst()
        .map(dir -> list(root, dir));
  }

  static String lookedFor() {
    return "train and val (or in tiny-imagenet-200)";
  }

  private static Listing list(Path root, Path dir) {
    Path val = dir.resolve("val");
    Path images = val.resolve("images");
    if (!Files.isDirectory(images)) {
      return FolderSet.of(root, dir.resolve("train"), Files.isDirectory(val) ? val : null, null);
    }
    Listing train = FolderSet.of(root, dir.resolve("train"), null, null);
    List<StoredImage> test = new ArrayList<>();
    annotated(val.resolve(ANNOTATIONS), train.classNames())
        .forEach((name, label) -> test.add(StoredImage.file(root, images.resolve(name), label)));
    // As in class folders: by class, then by name.
    List<StoredImage> sorted = new ArrayList<>();
    for (int label = 0; label < train.classNames().size(); label++) {
      int wanted = label;
      test.stream().filter(image -> image.label() == wanted).forEach(sorted::add);
    }
    return new Listing(train.classNames(), train.train(), sorted, train.ignored(), null);
  }

  /** The label of each validation image, by file name in ascending order. */
  private static Map<String, Integer> annotated(Path file, List<String> classes) {
    TextLines text = TextLines.of(file);
    Map<String, Integer> labels = new TreeMap<>();
    for (TextLines.Line line : text.lines()) {
      String[] columns = line.text().split("\t", 3);
      int label = columns.length < 2 ? -1 : classes.indexOf(columns[1].strip());
      if (label < 0) {
        throw text.wrong(
            line, "expected FILE, tab, CLASS of the training images; found '" + line.text() + "'");
      }
      labels.put(columns[0].strip(), label);
    }
    return labels;
  }
}
