package io.diptych.data;

import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A set whose images are stored encoded, one by one: which they are, in the order of the set.
 *
 * @param classNames name of each label, empty if unlabelled
 * @param train images of the training part
 * @param test images of the test part, or null
 * @param ignored files that are hidden, or no images by their name
 * @param source what the images are read from, if it has to be closed after the last
 */
record Listing(
    List<String> classNames,
    List<StoredImage> train,
    @Nullable List<StoredImage> test,
    int ignored,
    @Nullable AutoCloseable source)
    implements Content {
  private static final int MOST_CLASSES = 1 << 20;

  /** Copies the lists. */
  Listing {
    classNames = List.copyOf(classNames);
    train = Collections.unmodifiableList(train);
    test = test == null ? null : Collections.unmodifiableList(test);
  }

  Listing(List<String> classNames, List<StoredImage> train, @Nullable List<StoredImage> test) {
    this(classNames, train, test, 0, null);
  }

  /**
   * A set whose classes are known by their numbers.
   *
   * @param where what messages call the set
   * @param names of the classes; if they do not suffice, classes are called by their numbers
   * @throws DataException if a number is too large to be one of a class
   */
  static Listing numbered(
      String where, List<String> names, List<StoredImage> train, @Nullable List<StoredImage> test) {
    int classes =
        Stream.concat(train.stream(), test == null ? Stream.of() : test.stream())
                .mapToInt(StoredImage::label)
                .max()
                .orElse(-1)
            + 1;
    if (classes < 0 || classes > MOST_CLASSES) {
      throw new DataException(where + ": label " + (classes - 1) + " is no number of a class");
    }
    if (classes == 0) {
      return new Listing(List.of(), train, test);
    }
    return new Listing(
        names.size() >= classes
            ? names
            : IntStream.range(0, classes).mapToObj(Integer::toString).toList(),
        train,
        test);
  }

  /** Changes the training part. */
  Listing withTrain(UnaryOperator<List<StoredImage>> change) {
    return new Listing(classNames, change.apply(train), test, ignored, source);
  }

  /** The first test images of every class only. */
  Listing firstTestPerClass(int limit) {
    return new Listing(
        classNames, train, test == null ? null : first(test, limit), ignored, source);
  }

  /** The first images of every class only. */
  Listing firstPerClass(int limit) {
    return new Listing(
        classNames, first(train, limit), test == null ? null : first(test, limit), ignored, source);
  }

  private static List<StoredImage> first(List<StoredImage> images, int limit) {
    return images.stream()
        .collect(Collectors.groupingBy(StoredImage::label, TreeMap::new, Collectors.toList()))
        .values()
        .stream()
        .flatMap(ofClass -> ofClass.stream().limit(limit))
        .toList();
  }
}
