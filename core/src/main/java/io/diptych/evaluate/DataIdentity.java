package io.diptych.evaluate;

import io.diptych.data.ImageCollection;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Which images something was measured on.
 *
 * @param name of the data set
 * @param train how many training images
 * @param test how many test images
 * @param classNames the names of the classes; none, where there are several sets
 * @param fingerprint of the training images
 * @param testFingerprint of the test images
 */
record DataIdentity(
    String name,
    int train,
    int test,
    List<String> classNames,
    String fingerprint,
    String testFingerprint) {
  static DataIdentity of(ImageCollection train, ImageCollection test) {
    return new DataIdentity(
        train.name(),
        train.size(),
        test.size(),
        train.classNames(),
        train.fingerprint(),
        test.fingerprint());
  }

  /** Returns several sets as one. */
  static DataIdentity joined(List<DataIdentity> sets) {
    return new DataIdentity(
        sets.stream().map(DataIdentity::name).collect(Collectors.joining(", ")),
        sets.stream().mapToInt(DataIdentity::train).sum(),
        sets.stream().mapToInt(DataIdentity::test).sum(),
        List.of(),
        joined(sets, DataIdentity::fingerprint),
        joined(sets, DataIdentity::testFingerprint));
  }

  private static String joined(List<DataIdentity> sets, Function<DataIdentity, String> each) {
    return sets.stream().map(each).collect(Collectors.joining(" "));
  }
}
