package io.diptych.data;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The files of an image folder: which belong to which class of which part. Classes are the
 * sub-folders, in the order of their names; a folder without sub-folders is unlabelled. If the only
 * sub-folders are {@code train} and {@code test} (or {@code val}), each is such a folder itself.
 *
 * @param classNames names of the classes, empty if unlabelled
 * @param train files of the training part
 * @param test files of the test part, or null
 * @param ignored files that are hidden, or no images by their name
 */
record FolderSet(
    List<String> classNames, List<Entry> train, @Nullable List<Entry> test, int ignored) {
  private static final Set<String> TEST_NAMES = Set.of("test", "val", "valid", "validation");

  /**
   * An image file.
   *
   * @param file where it is
   * @param label its class, or -1
   */
  record Entry(Path file, int label) {}

  /** Looks through a folder; reads no image. */
  static FolderSet of(Path root) {
    if (!Files.isDirectory(root)) {
      throw new DataException(root + (Files.exists(root) ? ": is no folder" : ": no such folder"));
    }
    List<String> inside = directories(root);
    List<String> tests = inside.stream().filter(TEST_NAMES::contains).toList();
    boolean split =
        inside.contains("train") && inside.size() == 1 + tests.size() && tests.size() <= 1;
    Part train = Part.of(split ? root.resolve("train") : root);
    Part test = split && !tests.isEmpty() ? Part.of(root.resolve(tests.get(0))) : null;
    List<String> classes = List.copyOf(train.byClass().keySet());
    int ignored = train.ignored() + (test == null ? 0 : test.ignored());
    return new FolderSet(
        classes, train.entries(classes), test == null ? null : test.entries(classes), ignored);
  }

  /** The first files of every class only. */
  FolderSet firstPerClass(int limit) {
    return new FolderSet(
        classNames, first(train, limit), test == null ? null : first(test, limit), ignored);
  }

  private static List<Entry> first(List<Entry> entries, int limit) {
    return entries.stream()
        .collect(Collectors.groupingBy(Entry::label, TreeMap::new, Collectors.toList()))
        .values()
        .stream()
        .flatMap(ofClass -> ofClass.stream().limit(limit))
        .toList();
  }

  private static List<String> directories(Path dir) {
    Set<String> names = new TreeSet<>();
    try (DirectoryStream<Path> children = Files.newDirectoryStream(dir)) {
      for (Path child : children) {
        String name = String.valueOf(child.getFileName());
        if (!ImageFiles.hidden(name) && Files.isDirectory(child)) {
          names.add(name);
        }
      }
    } catch (IOException e) {
      throw new DataException(dir + ": cannot be listed: " + Failures.reason(e), e);
    }
    return List.copyOf(names);
  }

  /**
   * The training or the test part.
   *
   * @param dir its folder
   * @param byClass files of each class
   * @param loose files that are in no class
   * @param ignored files that are hidden, or no images by their name
   */
  private record Part(
      Path dir, TreeMap<String, List<Path>> byClass, List<Path> loose, int ignored) {

    static Part of(Path dir) {
      TreeMap<String, List<Path>> byClass = new TreeMap<>();
      ImageFiles top = ImageFiles.in(dir, false);
      int ignored = top.ignored();
      for (String name : directories(dir)) {
        ImageFiles files = ImageFiles.in(dir.resolve(name), true);
        if (files.images().isEmpty()) {
          throw new DataException(
              String.format(
                  Locale.ROOT,
                  "%s: class folder without images (%d other files in it); remove it or fill it",
                  dir.resolve(name),
                  files.ignored()));
        }
        byClass.put(name, files.images());
        ignored += files.ignored();
      }
      if (byClass.isEmpty() && top.images().isEmpty()) {
        throw new DataException(
            String.format(
                Locale.ROOT,
                "%s: holds no images (%s); %d other files were ignored",
                dir,
                ImageFiles.extensions(),
                ignored));
      }
      if (!byClass.isEmpty() && !top.images().isEmpty()) {
        throw new DataException(
            String.format(
                Locale.ROOT,
                "%s: %d images lie beside the class folders (first: %s); move them into a class,"
                    + " or out",
                dir,
                top.images().size(),
                top.images().get(0).getFileName()));
      }
      return new Part(dir, byClass, top.images(), ignored);
    }

    List<Entry> entries(List<String> classes) {
      if (classes.isEmpty() != byClass.isEmpty()) {
        throw new DataException(
            dir
                + (classes.isEmpty()
                    ? ": has class folders, but the training images have none"
                    : ": has no class folders, but the training images have"));
      }
      List<Entry> entries = new ArrayList<>();
      loose.forEach(file -> entries.add(new Entry(file, PixelStore.UNLABELLED)));
      byClass.forEach(
          (name, files) -> {
            int label = classes.indexOf(name);
            if (label < 0) {
              throw new DataException(
                  dir.resolve(name) + ": class '" + name + "' has no training images");
            }
            files.forEach(file -> entries.add(new Entry(file, label)));
          });
      return entries;
    }
  }
}
