package io.diptych.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The Describable Textures Dataset in its first split: {@code labels/train1.txt} and {@code
 * labels/val1.txt} to train on, {@code labels/test1.txt} to test on; a line is the path of an image
 * below {@code images}, whose folder is its class.
 *
 * @see <a href="https://www.robots.ox.ac.uk/~vgg/data/dtd/">The data set's page</a>
 */
final class TextureSet {
  private TextureSet() {}

  static Optional<Listing> read(Path root) {
    return Stream.of(root, root.resolve("dtd"), root.resolve("DTD"))
        .filter(dir -> Files.isRegularFile(dir.resolve("labels").resolve("train1.txt")))
        .findFirst()
        .map(dir -> list(root, dir));
  }

  static String lookedFor() {
    return "images and labels/train1.txt (or in dtd)";
  }

  private static Listing list(Path root, Path dir) {
    List<String> train = new ArrayList<>(paths(dir, "train1.txt"));
    train.addAll(paths(dir, "val1.txt"));
    List<String> test = paths(dir, "test1.txt");
    TreeSet<String> categories = new TreeSet<>();
    Stream.concat(train.stream(), test.stream()).forEach(path -> categories.add(category(path)));
    List<String> classes = List.copyOf(categories);
    return new Listing(
        classes, images(root, dir, train, classes), images(root, dir, test, classes));
  }

  private static List<StoredImage> images(
      Path root, Path dir, List<String> paths, List<String> classes) {
    return paths.stream()
        .map(
            path ->
                StoredImage.file(
                    root, dir.resolve("images").resolve(path), classes.indexOf(category(path))))
        .toList();
  }

  private static List<String> paths(Path dir, String list) {
    TextLines text = TextLines.of(dir.resolve("labels").resolve(list));
    for (TextLines.Line line : text.lines()) {
      if (line.text().indexOf('/') < 1) {
        throw text.wrong(line, "expected CLASS/FILE, found '" + line.text() + "'");
      }
    }
    return text.lines().stream().map(TextLines.Line::text).toList();
  }

  private static String category(String path) {
    return path.substring(0, path.indexOf('/'));
  }
}
