package io.diptych.data;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Lists the files of an image folder: which belong to which class of which part. Classes are the
 * sub-folders, in the order of their names; a folder without sub-folders is unlabelled. If the only
 * sub-folders are {@code train} and {@code test} (or {@code val}), each is such a folder itself.
 * Beside both {@code val} and {@code test}, the test part is {@code test}.
 */
final class FolderSet {
  private static final List<String> TEST_NAMES = List.of("test", "val", "valid", "validation");

  private FolderSet() {}

  /** Looks through a folder; reads no image. */
  static Listing of(Path root) {
    return of(root, null);
  }

  /**
   * Looks through a folder for some classes only; reads no image.
   *
   * @param wanted the classes, or null for all
   */
  static Listing of(Path root, @Nullable Collection<String> wanted) {
    if (!Files.isDirectory(root)) {
      throw new DataException(root + (Files.exists(root) ? ": is no folder" : ": no such folder"));
    }
    List<String> inside = directories(root);
    List<String> tests = TEST_NAMES.stream().filter(inside::contains).toList();
    boolean split = inside.contains("train") && inside.size() == 1 + tests.size();
    return split
        ? of(
            root,
            root.resolve("train"),
            tests.isEmpty() ? null : root.resolve(tests.get(0)),
            wanted)
        : of(root, root, null, wanted);
  }

  /** Looks through the folders of the two parts. */
  static Listing of(
      Path root, Path trainFolder, @Nullable Path testFolder, @Nullable Collection<String> wanted) {
    Part train = Part.of(trainFolder, wanted);
    Part test = testFolder == null ? null : Part.of(testFolder, wanted);
    List<String> classes = List.copyOf(train.byClass().keySet());
    int ignored = train.ignored() + (test == null ? 0 : test.ignored());
    return new Listing(
        classes,
        train.images(root, classes),
        test == null ? null : test.images(root, classes),
        ignored,
        null);
  }

  static List<String> directories(Path dir) {
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

    static Part of(Path dir, @Nullable Collection<String> wanted) {
      List<String> inside = directories(dir);
      if (wanted != null) {
        List<String> missing = wanted.stream().filter(name -> !inside.contains(name)).toList();
        if (!missing.isEmpty()) {
          throw new DataException(
              dir
                  + ": has no folder for "
                  + missing.size()
                  + " of the "
                  + wanted.size()
                  + " classes, such as "
                  + missing.get(0));
        }
      }
      TreeMap<String, List<Path>> byClass = new TreeMap<>();
      ImageFiles top = ImageFiles.in(dir, false);
      int ignored = top.ignored();
      for (String name : inside) {
        if (wanted != null && !wanted.contains(name)) {
          continue;
        }
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

    List<StoredImage> images(Path root, List<String> classes) {
      if (classes.isEmpty() != byClass.isEmpty()) {
        throw new DataException(
            dir
                + (classes.isEmpty()
                    ? ": has class folders, but the training images have none"
                    : ": has no class folders, but the training images have"));
      }
      List<StoredImage> images = new ArrayList<>();
      loose.forEach(file -> images.add(StoredImage.file(root, file, PixelStore.UNLABELLED)));
      byClass.forEach(
          (name, files) -> {
            int label = classes.indexOf(name);
            if (label < 0) {
              throw new DataException(
                  dir.resolve(name) + ": class '" + name + "' has no training images");
            }
            files.forEach(file -> images.add(StoredImage.file(root, file, label)));
          });
      return images;
    }
  }
}
