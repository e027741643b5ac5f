package io.diptych.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * ImageNet (ILSVRC 2012) in class folders: {@code train/CLASS/*.JPEG} and {@code val/CLASS/*.JPEG},
 * where a class is a WordNet number such as {@code n01440764}. A label is the place of the class in
 * ascending order.
 */
final class ImageNet {
  private static final String HUNDRED = "imagenet-100.txt";

  private ImageNet() {}

  /** Returns the classes of ImageNet-100, in ascending order. */
  static List<String> hundred() {
    try (InputStream in = ImageNet.class.getResourceAsStream(HUNDRED)) {
      if (in == null) {
        throw new IllegalStateException(HUNDRED + " is missing in the library");
      }
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Lists the images.
   *
   * @param classes only these, or null for all
   */
  static Optional<Listing> read(Path root, @Nullable Collection<String> classes) {
    Path train = root.resolve("train");
    if (!Files.isDirectory(train)) {
      return Optional.empty();
    }
    Path val = root.resolve("val");
    return Optional.of(FolderSet.of(root, train, Files.isDirectory(val) ? val : null, classes));
  }

  static String lookedFor() {
    return "train and val with a folder for each class (n01440764, …)";
  }
}
