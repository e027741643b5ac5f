package io.diptych.data;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits images class by class into four fifths to train on and the rest to test on, shuffled by
 * one {@code RandomState(42)} that goes from class to class.
 */
final class SplitByClass {
  private static final int SEED = 42;
  private static final double TRAIN = 0.8;

  private final NumpyShuffle shuffle = new NumpyShuffle(SEED);
  private final List<StoredImage> train = new ArrayList<>();
  private final List<StoredImage> test = new ArrayList<>();

  /** Adds the images of the next class. */
  void add(List<StoredImage> ofClass) {
    int[] order = shuffle.permutation(ofClass.size());
    int kept = (int) (TRAIN * order.length);
    for (int i = 0; i < order.length; i++) {
      (i < kept ? train : test).add(ofClass.get(order[i]));
    }
  }

  Listing listing(List<String> classes) {
    return new Listing(classes, train, test);
  }
}
