package io.diptych.data;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * An image of a set that keeps its images encoded, one by one.
 *
 * @param name what the set calls it, such as its path within the set; '/' separates
 * @param stored where its bytes are
 * @param label its class, or {@link PixelStore#UNLABELLED}
 * @param part the part of the picture that counts, or null for all of it
 */
record StoredImage(String name, Stored stored, int label, @Nullable Part part) {

  /**
   * A rectangle of a picture, in pixels from its top left corner.
   *
   * @param left its first column
   * @param top its first row
   * @param right the column after its last
   * @param bottom the row after its last
   */
  record Part(int left, int top, int right, int bottom) {}

  /** An image in a file under the root of a set. */
  static StoredImage file(Path root, Path file, int label) {
    String name = root.relativize(file).toString().replace('\\', '/');
    return new StoredImage(name, new Stored.InFile(file), label, null);
  }

  StoredImage labelled(int other) {
    return new StoredImage(name, stored, other, part);
  }
}
