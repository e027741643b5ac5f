package io.diptych.view;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which pixels of a line make each pixel of the resized line, and with what weight: the same number
 * for each, of which the last may have no weight. Where the line shrinks, the filter is widened by
 * the factor, so that every pixel counts.
 */
final class LineTaps {
  /** Weights are whole multiples of 2 to the minus this, as Pillow's are. */
  static final int PRECISION = 22;

  private static final int KEPT_LENGTHS = 512;

  private record Key(int length, int to, Interpolation interpolation) {}

  /** Those of short lines, of which there are few kinds. */
  private static final Map<Key, LineTaps> KNOWN = new ConcurrentHashMap<>();

  private final int count;
  private final int[] starts;
  private final int[] weights;
  private final Map<Integer, int[][]> ofLines = new ConcurrentHashMap<>();

  private LineTaps(Key key) {
    double scale = (double) key.length / key.to;
    double widening = Math.max(1, scale);
    double narrowing = 1 / widening;
    double support = key.interpolation.support() * widening;
    count = Math.min(key.length, count(key.length, key.to, key.interpolation));
    starts = new int[key.to];
    weights = new int[key.to * count];
    for (int pixel = 0; pixel < key.to; pixel++) {
      double center = (pixel + 0.5) * scale;
      int first = Math.max(0, (int) (center - support + 0.5));
      int end = Math.min(key.length, (int) (center + support + 0.5));
      double[] shares = new double[end - first];
      double sum = 0;
      for (int i = 0; i < shares.length; i++) {
        shares[i] = key.interpolation.weight((first + i - center + 0.5) * narrowing);
        sum += shares[i];
      }
      // All of the taps are pixels of the line.
      starts[pixel] = Math.min(first, key.length - count);
      int shift = first - starts[pixel];
      for (int i = 0; i < shares.length; i++) {
        weights[pixel * count + shift + i] = rounded(shares[i] / sum * (1 << PRECISION));
      }
    }
  }

  /** Rounds half away from zero. */
  private static int rounded(double value) {
    return (int) (value < 0 ? value - 0.5 : value + 0.5);
  }

  /** Returns how many taps a pixel has at most. */
  static int count(int length, int to, Interpolation interpolation) {
    return (int) Math.ceil(2.0 * interpolation.support() * Math.max(1, (double) length / to));
  }

  /**
   * Returns those of a line.
   *
   * @param length of the line
   * @param to length of the resized line
   */
  static LineTaps of(int length, int to, Interpolation interpolation) {
    Key key = new Key(length, to, interpolation);
    return length > KEPT_LENGTHS || to > KEPT_LENGTHS
        ? new LineTaps(key)
        : KNOWN.computeIfAbsent(key, LineTaps::new);
  }

  /** Returns the number of pixels of the resized line. */
  int pixels() {
    return starts.length;
  }

  /** Returns the number of taps of each pixel. */
  int count() {
    return count;
  }

  /** Returns the position of each pixel's first tap; the others follow it. */
  int[] starts() {
    return starts;
  }

  /** Returns the weights of all taps in 2⁻²², those of a pixel together. */
  int[] weights() {
    return weights;
  }

  /**
   * Returns the weights where not pixels are resized but short lines of pixels: for each tap those
   * of all levels of all lines. They are kept.
   *
   * @param length levels of each line
   */
  int[][] weights(int length) {
    return ofLines.computeIfAbsent(length, this::repeated);
  }

  private int[][] repeated(int length) {
    int[][] repeated = new int[count][starts.length * length];
    for (int tap = 0; tap < count; tap++) {
      for (int i = 0; i < starts.length; i++) {
        Arrays.fill(repeated[tap], i * length, (i + 1) * length, weights[i * count + tap]);
      }
    }
    return repeated;
  }
}
