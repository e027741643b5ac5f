package io.diptych.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A list of the images that take part, one a line: a file name such as {@code
 * n01440764_10026.JPEG}, as in the lists of 1 % and 10 % of ImageNet's training images that came
 * with SimCLR, or a path such as {@code cat/12.jpg}. What follows a comma is passed over.
 */
final class Subset {
  private final int size;
  private final List<StoredImage> images;
  private final Map<String, List<Integer>> byName = new HashMap<>();

  /**
   * Images to be found.
   *
   * @param size how many
   * @param images the same with their names; none, if they have no names
   */
  private Subset(int size, List<StoredImage> images) {
    this.size = size;
    this.images = images;
    for (int i = 0; i < images.size(); i++) {
      String name = lastPart(images.get(i).name());
      byName.computeIfAbsent(name, key -> new ArrayList<>()).add(i);
    }
  }

  /** Keeps the images of a list, in the order in which the set has them. */
  static List<StoredImage> of(List<StoredImage> images, Path list) {
    return new Subset(images.size(), images).read(list, false).stream().map(images::get).toList();
  }

  /** Returns the numbers of the images that a list names, or numbers from 0; rising. */
  static long[] numbers(int size, List<StoredImage> images, Path list) {
    return new Subset(size, images).read(list, true).stream().mapToLong(i -> i).toArray();
  }

  /** Checks that there are numbers, and that each is one of an image. */
  static void requireInRange(long[] indices, int size) {
    if (indices.length == 0) {
      throw new IllegalArgumentException("a subset needs at least one index");
    }
    for (long index : indices) {
      if (index < 0 || index >= size) {
        throw new IllegalArgumentException(
            "index " + index + " is not in a set of " + size + " images");
      }
    }
  }

  private SortedSet<Integer> read(Path list, boolean allowNumbers) {
    TextLines text = TextLines.of(list);
    SortedSet<Integer> found = new TreeSet<>();
    for (TextLines.Line line : text.lines()) {
      String wanted = line.text().split(",", 2)[0].strip();
      boolean isNumber = wanted.matches("\\d+");
      found.add(
          allowNumbers && (isNumber || images.isEmpty())
              ? numbered(text, line, wanted, isNumber)
              : named(text, line, wanted));
    }
    if (found.isEmpty()) {
      throw new DataException(list + ": lists no image");
    }
    return found;
  }

  private int numbered(TextLines text, TextLines.Line line, String wanted, boolean isNumber) {
    if (!isNumber) {
      throw text.wrong(
          line,
          "expected the number of a training image, as images in memory have no names; found '"
              + wanted
              + "' (data.subset takes names)");
    }
    int number = text.whole(line, wanted);
    if (number >= size) {
      throw text.wrong(
          line, "there is no training image " + number + ": they are 0 to " + (size - 1));
    }
    return number;
  }

  private int named(TextLines text, TextLines.Line line, String wanted) {
    List<Integer> found =
        byName.getOrDefault(lastPart(wanted), List.of()).stream()
            .filter(
                i ->
                    images.get(i).name().equals(wanted)
                        || images.get(i).name().endsWith("/" + wanted))
            .toList();
    if (found.size() != 1) {
      throw text.wrong(
          line,
          found.isEmpty()
              ? "there is no training image '" + wanted + "'"
              : "there are "
                  + found.size()
                  + " training images '"
                  + wanted
                  + "', such as "
                  + images.get(found.get(0)).name()
                  + "; give their class too: CLASS/FILE");
    }
    return found.get(0);
  }

  private static String lastPart(String name) {
    return name.substring(name.lastIndexOf('/') + 1);
  }
}
