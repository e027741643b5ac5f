package io.diptych.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The files over which a set is spread. A path may be one file, a folder with them, or a pattern in
 * which {@code {000..099}} stands for the numbers. In a folder those below {@code val} or {@code
 * test}, or with such a word in their names, are the test part.
 *
 * @param root the folder they are in
 * @param train files of the training part, by name
 * @param test files of the test part, by name; may be empty
 */
record ShardFiles(Path root, List<Path> train, List<Path> test) {
  private static final Pattern BRACES = Pattern.compile("\\{(\\d+)\\.\\.(\\d+)}");
  private static final Pattern TEST =
      Pattern.compile("(^|[^a-z])(val|valid|validation|test)([^a-z]|$)");
  private static final int MOST = 1_000_000;

  /**
   * Finds the files.
   *
   * @param extension which they have in a folder, with its dot
   */
  static ShardFiles of(String path, String extension) {
    Matcher braces = BRACES.matcher(path);
    if (braces.find()) {
      return numbered(path, braces);
    }
    Path root = Path.of(path);
    if (Files.isRegularFile(root)) {
      return new ShardFiles(parent(root), List.of(root), List.of());
    }
    if (!Files.isDirectory(root)) {
      throw new DataException(root + ": no such file or folder");
    }
    List<Path> all = in(root, extension);
    List<Path> test = all.stream().filter(file -> isTest(root, file)).toList();
    List<Path> train = all.stream().filter(file -> !test.contains(file)).toList();
    if (all.isEmpty()) {
      throw new DataException(root + ": holds no " + extension + " files");
    }
    return train.isEmpty()
        ? new ShardFiles(root, test, List.of())
        : new ShardFiles(root, train, test);
  }

  private static ShardFiles numbered(String path, Matcher braces) {
    String first = braces.group(1);
    String last = braces.group(2);
    long from = Long.parseLong(first);
    long to = Long.parseLong(last);
    if (to < from || to - from >= MOST) {
      throw new DataException(path + ": " + braces.group() + " is no range of numbers");
    }
    String format = first.length() > 1 ? "%0" + first.length() + "d" : "%d";
    List<Path> files =
        IntStream.rangeClosed((int) from, (int) to)
            .mapToObj(i -> path.replace(braces.group(), String.format(Locale.ROOT, format, i)))
            .map(Path::of)
            .toList();
    for (Path file : files) {
      if (!Files.isRegularFile(file)) {
        throw new DataException(file + ": no such file");
      }
    }
    return new ShardFiles(parent(files.get(0)), files, List.of());
  }

  private static Path parent(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    return parent == null ? file : parent;
  }

  private static boolean isTest(Path root, Path file) {
    return TEST.matcher(root.relativize(file).toString().toLowerCase(Locale.ROOT)).find();
  }

  private static List<Path> in(Path root, String extension) {
    try (Stream<Path> files = Files.walk(root)) {
      List<Path> found = new ArrayList<>();
      files
          .filter(file -> file.toString().toLowerCase(Locale.ROOT).endsWith(extension))
          .filter(Files::isRegularFile)
          .sorted()
          .forEach(found::add);
      return found;
    } catch (IOException e) {
      throw new DataException(root + ": cannot be listed: " + Failures.reason(e), e);
    }
  }
}
