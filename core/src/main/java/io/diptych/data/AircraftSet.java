package io.diptych.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * FGVC-Aircraft, classes by variant: {@code images_variant_trainval.txt} and {@code
 * images_variant_test.txt} with lines "image variant", sorted by variant, and {@code
 * images_box.txt} with the rectangle of each image that counts.
 *
 * <p>Rectangles are taken as they stand: from the first two numbers up to, without, the last two.
 *
 * @see <a href="https://www.robots.ox.ac.uk/~vgg/data/fgvc-aircraft/">The data set's page</a>
 */
final class AircraftSet {
  private static final String TRAIN = "images_variant_trainval.txt";
  private static final String TEST = "images_variant_test.txt";
  private static final String BOXES = "images_box.txt";

  private AircraftSet() {}

  private record Entry(String image, String variant) {}

  static Optional<Listing> read(Path root) {
    return Stream.of(
            root.resolve("data"),
            root.resolve("fgvc-aircraft-2013b").resolve("data"),
            root.resolve("Aircraft").resolve("data"),
            root)
        .filter(dir -> Files.isRegularFile(dir.resolve(TRAIN)))
        .findFirst()
        .map(dir -> list(root, dir));
  }

  static String lookedFor() {
    return "data/" + TRAIN + ", data/" + TEST + ", data/" + BOXES + " and data/images";
  }

  private static Listing list(Path root, Path dir) {
    List<Entry> train = entries(dir.resolve(TRAIN));
    List<Entry> test = entries(dir.resolve(TEST));
    TreeSet<String> variants = new TreeSet<>();
    Stream.concat(train.stream(), test.stream()).forEach(entry -> variants.add(entry.variant()));
    List<String> classes = List.copyOf(variants);
    TextLines boxes = TextLines.of(dir.resolve(BOXES));
    Map<String, String> byImage = boxes.byFirstWord();
    return new Listing(
        classes,
        images(root, dir, train, classes, byImage),
        images(root, dir, test, classes, byImage));
  }

  private static List<Entry> entries(Path file) {
    TextLines text = TextLines.of(file);
    List<Entry> entries = new ArrayList<>();
    for (TextLines.Line line : text.lines()) {
      entries.add(new Entry(line.text().substring(0, text.firstSpace(line)), text.rest(line)));
    }
    entries.sort(Comparator.comparing(Entry::variant).thenComparing(Entry::image));
    return entries;
  }

  private static List<StoredImage> images(
      Path root, Path dir, List<Entry> entries, List<String> classes, Map<String, String> boxes) {
    List<StoredImage> images = new ArrayList<>();
    for (Entry entry : entries) {
      Path file = dir.resolve("images").resolve(entry.image() + ".jpg");
      StoredImage whole = StoredImage.file(root, file, classes.indexOf(entry.variant()));
      String box = boxes.get(entry.image());
      if (box == null) {
        throw new DataException(
            dir.resolve(BOXES) + ": has no rectangle for image " + entry.image());
      }
      images.add(
          new StoredImage(whole.name(), whole.stored(), whole.label(), part(dir, entry, box)));
    }
    return images;
  }

  private static StoredImage.Part part(Path dir, Entry entry, String box) {
    String[] numbers = box.split(" +");
    try {
      if (numbers.length == 4) {
        StoredImage.Part part =
            new StoredImage.Part(
                Integer.parseInt(numbers[0]),
                Integer.parseInt(numbers[1]),
                Integer.parseInt(numbers[2]),
                Integer.parseInt(numbers[3]));
        if (part.left() >= 0
            && part.top() >= 0
            && part.left() < part.right()
            && part.top() < part.bottom()) {
          return part;
        }
      }
    } catch (NumberFormatException e) {
      // Said below, with the others.
    }
    throw new DataException(
        dir.resolve(BOXES)
            + ": image "
            + entry.image()
            + " has the rectangle '"
            + box
            + "', expected LEFT TOP RIGHT BOTTOM with LEFT < RIGHT and TOP < BOTTOM");
  }
}
