package io.diptych.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds and reads STL-10 as its authors publish it: images of 96x96 pixels, red, green and blue,
 * each column by column; labels from 1 to 10, none for most of the images. The training part is the
 * labelled images followed by the unlabelled ones.
 *
 * @see <a href="https://cs.stanford.edu/~acoates/stl10/">STL-10 dataset</a>
 */
final class Stl10Set {
  private static final String FOLDER = "stl10_binary";
  private static final String ARCHIVE = "stl10_binary.tar.gz";
  private static final String TRAIN = "train_X.bin";
  private static final String TRAIN_LABELS = "train_y.bin";
  private static final String TEST = "test_X.bin";
  private static final String TEST_LABELS = "test_y.bin";
  private static final String UNLABELLED = "unlabeled_X.bin";
  private static final List<String> NEEDED = List.of(TRAIN, TRAIN_LABELS, TEST, TEST_LABELS);
  private static final int SIDE = 96;
  private static final int PLANE = SIDE * SIDE;
  private static final int CLASSES = 10;

  private Stl10Set() {}

  static String lookedFor() {
    return ARCHIVE + ", or its files (" + String.join(", ", NEEDED) + ", " + UNLABELLED + ")";
  }

  /**
   * Reads both parts from a directory, a folder of the archive's name in it, or the archive.
   *
   * @param unlabelled whether to read the images without label, if they are there
   * @return empty if none of the files is there
   * @throws DataException if only some are there, or one is damaged
   */
  static Optional<Parts> read(Path root, boolean unlabelled) {
    for (Path dir : List.of(root, root.resolve(FOLDER))) {
      if (NEEDED.stream().anyMatch(name -> Files.isRegularFile(dir.resolve(name)))) {
        Reading reading = new Reading(unlabelled);
        Stream.concat(NEEDED.stream(), Stream.of(UNLABELLED))
            .filter(name -> Files.isRegularFile(dir.resolve(name)))
            .forEach(name -> reading.file(name, DataFile.of(dir.resolve(name))));
        return Optional.of(reading.parts(dir));
      }
    }
    Path archive = Files.isRegularFile(root) ? root : root.resolve(ARCHIVE);
    if (!Files.isRegularFile(archive)) {
      return Optional.empty();
    }
    Reading reading = new Reading(unlabelled);
    TarFiles.visit(archive, reading::file);
    return Optional.of(reading.parts(archive));
  }

  /** Collects the files in the order in which an archive holds them. */
  private static final class Reading {
    private final boolean unlabelled;
    private final Map<String, PixelStore> images = new HashMap<>();
    private final Map<String, byte[]> labels = new HashMap<>();

    Reading(boolean unlabelled) {
      this.unlabelled = unlabelled;
    }

    void file(String path, DataFile file) {
      String name = path.substring(path.lastIndexOf('/') + 1);
      if (name.equals(TRAIN) || name.equals(TEST) || (name.equals(UNLABELLED) && unlabelled)) {
        images.put(name, images(file));
      } else if (name.equals(TRAIN_LABELS) || name.equals(TEST_LABELS)) {
        labels.put(name, labels(file));
      }
    }

    Parts parts(Path where) {
      List<String> missing =
          NEEDED.stream()
              .filter(name -> !images.containsKey(name) && !labels.containsKey(name))
              .toList();
      if (!missing.isEmpty()) {
        throw new DataException(where + ": missing " + String.join(", ", missing));
      }
      PixelStore train = labelled(where, TRAIN, TRAIN_LABELS);
      PixelStore more = images.remove(UNLABELLED);
      if (more != null) {
        train.addAll(more);
      }
      return new Parts(train, labelled(where, TEST, TEST_LABELS));
    }

    private PixelStore labelled(Path where, String name, String labelName) {
      PixelStore store = Objects.requireNonNull(images.remove(name), "checked by parts");
      byte[] given = Objects.requireNonNull(labels.get(labelName), "checked by parts");
      if (given.length != store.size()) {
        throw new DataException(
            String.format(
                Locale.ROOT,
                "%s: %s has %d labels for the %d images of %s",
                where,
                labelName,
                given.length,
                store.size(),
                name));
      }
      store.relabel(i -> given[i] - 1);
      return store;
    }
  }

  private static byte[] labels(DataFile file) {
    try (TrackedInput in = TrackedInput.open(file)) {
      byte[] labels = in.readBytes(Math.toIntExact(file.length()), "labels");
      for (int i = 0; i < labels.length; i++) {
        if (labels[i] < 1 || labels[i] > CLASSES) {
          throw new DataException(
              file.name()
                  + " at byte "
                  + i
                  + ": label "
                  + (labels[i] & 0xff)
                  + ", expected 1 to 10");
        }
      }
      return labels;
    }
  }

  private static PixelStore images(DataFile file) {
    int imageBytes = 3 * PLANE;
    if (file.length() == 0 || file.length() % imageBytes != 0) {
      throw new DataException(
          String.format(
              Locale.ROOT,
              "%s: has %d bytes, expected a multiple of %d (one image); it is incomplete",
              file.name(),
              file.length(),
              imageBytes));
    }
    long count = file.length() / imageBytes;
    PixelStore store = new PixelStore(3, SIDE, SIDE);
    byte[] columns = new byte[imageBytes];
    byte[] rows = new byte[imageBytes];
    try (TrackedInput in = TrackedInput.open(file)) {
      for (long i = 0; i < count; i++) {
        in.readFully(columns, 0, imageBytes, "image " + i + " of " + count);
        for (int c = 0; c < 3; c++) {
          for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
              rows[c * PLANE + y * SIDE + x] = columns[c * PLANE + x * SIDE + y];
            }
          }
        }
        store.add(rows, 0, PixelStore.UNLABELLED);
      }
    }
    return store;
  }
}
