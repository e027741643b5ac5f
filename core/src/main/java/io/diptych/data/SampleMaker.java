package io.diptych.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Makes the sample set from full Fashion-MNIST: the first images of every class, in the order of
 * the file. The same input gives the same bytes (compression by the JDK's own zlib).
 */
public final class SampleMaker {
  /** Training images of each class in the sample. */
  public static final int TRAIN_PER_CLASS = 1000;

  /** Test images of each class in the sample. */
  public static final int TEST_PER_CLASS = 200;

  private SampleMaker() {}

  /**
   * Writes the four files of the sample.
   *
   * @param from directory with the IDX files of Fashion-MNIST
   * @param to directory to write to, made if need be
   * @param trainPerClass training images of each class, at least 1
   * @param testPerClass test images of each class, at least 1
   * @throws DataException if the files are missing or damaged, hold too few images of a class, or
   *     the sample cannot be written
   */
  public static void make(Path from, Path to, int trainPerClass, int testPerClass) {
    if (trainPerClass < 1 || testPerClass < 1) {
      throw new IllegalArgumentException(
          "images per class must be >= 1, were " + trainPerClass + " and " + testPerClass);
    }
    DatasetInfo info = Catalogue.info(DatasetName.FASHION_MNIST);
    int classes = info.classes().size();
    Parts full =
        IdxSet.read(from, classes)
            .orElseThrow(() -> new DataException(from + ": does not hold " + IdxSet.lookedFor()));
    try {
      Files.createDirectories(to);
      write(full.train(), trainPerClass, classes, IdxSet.TRAIN, from, to);
      if (full.test() != null) {
        write(full.test(), testPerClass, classes, IdxSet.TEST, from, to);
      }
    } catch (IOException e) {
      throw new DataException(to + ": cannot write the sample: " + Failures.reason(e), e);
    }
  }

  private static void write(
      PixelStore full, int perClass, int classes, String part, Path from, Path to)
      throws IOException {
    PixelStore sample = full.firstPerLabel(perClass);
    if (sample.size() != perClass * classes) {
      throw new DataException(
          from + ": some class has fewer than " + perClass + " images in part '" + part + "'");
    }
    IdxWriter.writeImages(sample, to.resolve(IdxSet.imagesName(part)));
    IdxWriter.writeLabels(sample, to.resolve(IdxSet.labelsName(part)));
  }
}
