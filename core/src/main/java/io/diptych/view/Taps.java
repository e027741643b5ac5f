package io.diptych.view;

import io.diptych.tensor.DType;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which pixels of an interval of an axis make each pixel of the resized axis, and with what weight:
 * a few each, for intervals of every length. Where the axis shrinks, the filter is widened by the
 * factor, so that every pixel counts.
 */
final class Taps {
  /** Pillow's weights are whole multiples of this. */
  private static final double UNIT = 1.0 / (1 << LineTaps.PRECISION);

  /**
   * An interval of an axis for each image.
   *
   * @param start where it begins, int64 [B]
   * @param length its length, int64 [B]
   * @param mirrored for which images the result is reversed, bool [B], or null for none
   */
  record Intervals(Tensor start, Tensor length, @Nullable Tensor mirrored) {}

  private record Key(int from, int to, Interpolation interpolation) {}

  /** What was computed before; a process sees few sizes. */
  private static final Map<Key, Taps> KNOWN = new ConcurrentHashMap<>();

  private final Key key;
  private final int count;

  /** [mirrored or not, length of the interval, pixel of the result, tap]. */
  private final long[] positions;

  private final double[] weights;

  private Taps(Key key) {
    this.key = key;
    count = LineTaps.count(key.from, key.to, key.interpolation);
    positions = new long[2 * (key.from + 1) * key.to * count];
    weights = new double[positions.length];
    for (int length = 1; length <= key.from; length++) {
      LineTaps taps = LineTaps.of(length, key.to, key.interpolation);
      for (int pixel = 0; pixel < key.to; pixel++) {
        fill(taps, pixel, length * key.to + pixel);
        fill(taps, pixel, (key.from + 1 + length) * key.to + key.to - 1 - pixel);
      }
    }
  }

  /**
   * Returns those of an axis.
   *
   * @param from its length, which no interval exceeds
   * @param to the length of the result
   */
  static Taps of(int from, int to, Interpolation interpolation) {
    return KNOWN.computeIfAbsent(new Key(from, to, interpolation), Taps::new);
  }

  private void fill(LineTaps taps, int pixel, int place) {
    for (int i = 0; i < count; i++) {
      int tap = Math.min(i, taps.count() - 1);
      positions[place * count + i] = (long) taps.starts()[pixel] + tap;
      weights[place * count + i] =
          i < taps.count() ? taps.weights()[pixel * taps.count() + tap] * UNIT : 0;
    }
  }

  /** Returns the matrices [B, to, from] that resize an interval of each image's axis. */
  Tensor fromLeft(Intervals intervals) {
    try (Scope scope = Scope.open()) {
      Tensor position = positions(intervals);
      return scope.escape(
          none(intervals, key.to, key.from).scatterAdd_(2, position, weights(intervals)));
    }
  }

  /** Returns these matrices transposed, [B, from, to]. */
  Tensor fromRight(Intervals intervals) {
    try (Scope scope = Scope.open()) {
      Tensor position = positions(intervals).transpose(1, 2);
      Tensor weight = weights(intervals).transpose(1, 2);
      return scope.escape(none(intervals, key.from, key.to).scatterAdd_(1, position, weight));
    }
  }

  private Tensor positions(Intervals intervals) {
    return Tensor.of(positions, 2L * (key.from + 1), key.to, count)
        .to(intervals.start().device())
        .indexSelect(0, row(intervals))
        .add(intervals.start().reshape(-1, 1, 1));
  }

  private Tensor weights(Intervals intervals) {
    return Tensor.of(weights, 2L * (key.from + 1), key.to, count)
        .to(intervals.start().device())
        .indexSelect(0, row(intervals));
  }

  private Tensor row(Intervals intervals) {
    Tensor mirrored = intervals.mirrored();
    return mirrored == null
        ? intervals.length()
        : mirrored.to(DType.INT64).mul(key.from + 1.0).add(intervals.length());
  }

  private static Tensor none(Intervals intervals, int rows, int columns) {
    return Tensor.zeros(
        DType.FLOAT64, intervals.start().device(), intervals.start().numel(), rows, columns);
  }
}
