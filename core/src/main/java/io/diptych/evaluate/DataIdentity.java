package io.diptych.evaluate;

import io.diptych.data.ImageCollection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Which images something was measured on.
 *
 * @param name of the data set
 * @param train how many training images
 * @param test how many test images
 * @param classNames the names of the classes; none, where there are several sets
 * @param fingerprint of the training images
 */
record DataIdentity(String name, int train, int test, List<String> classNames, String fingerprint) {
  static DataIdentity of(ImageCollection train, ImageCollection test) {
    return new DataIdentity(
        train.name(), train.size(), test.size(), train.classNames(), train.fingerprint());
  }

  /** Returns several sets as one. */
  static DataIdentity joined(List<DataIdentity> sets) {
    return new DataIdentity(
        sets.stream().map(DataIdentity::name).collect(Collectors.joining(", ")),
        sets.stream().mapToInt(DataIdentity::train).sum(),
        sets.stream().mapToInt(DataIdentity::test).sum(),
        List.of(),
        sets.stream().map(DataIdentity::fingerprint).collect(Collectors.joining(" ")));
  }
}
