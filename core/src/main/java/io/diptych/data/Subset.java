package io.diptych.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A list of the images that take part, one a line: a file name such as {@code
 * n01440764_10026.JPEG}, as in the lists of 1 % and 10 % of ImageNet's training images that came
 * with SimCLR, or a path such as {@code cat/12.jpg}. What follows a comma is passed over.
 */
final class Subset {
  private Subset() {}

  /** Keeps the images of a list, in the order in which the set has them. */
  static List<StoredImage> of(List<StoredImage> images, Path list) {
    Map<String, List<StoredImage>> byName = new HashMap<>();
    for (StoredImage image : images) {
      String name = image.name();
      byName.computeIfAbsent(lastPart(name), key -> new ArrayList<>()).add(image);
    }
    TextLines text = TextLines.of(list);
    Set<String> kept = new HashSet<>();
    for (TextLines.Line line : text.lines()) {
      String wanted = line.text().split(",", 2)[0].strip();
      List<StoredImage> found =
          byName.getOrDefault(lastPart(wanted), List.of()).stream()
              .filter(image -> image.name().equals(wanted) || image.name().endsWith("/" + wanted))
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
                    + found.get(0).name()
                    + "; give their class too: CLASS/FILE");
      }
      kept.add(found.get(0).name());
    }
    if (kept.isEmpty()) {
      throw new DataException(list + ": lists no image");
    }
    return images.stream().filter(image -> kept.contains(image.name())).toList();
  }

  private static String lastPart(String name) {
    return name.substring(name.lastIndexOf('/') + 1);
  }
}
