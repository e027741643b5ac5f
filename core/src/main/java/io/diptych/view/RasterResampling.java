package io.diptych.view;

import java.util.Arrays;

/**
 * Resizes a rectangle of one image as {@link Resampling} does those of a batch: along the width,
 * then along the height, rounded to levels after each, in whole numbers.
 *
 * <p>Either way whole lines are weighted and added, columns first and then rows, and short ones all
 * at once, so that the compiler makes vector instructions of long loops.
 */
final class RasterResampling {
  private static final int HALF = 1 << (LineTaps.PRECISION - 1);
  private static final int FULL = 255;

  /** So few levels are made all at once. Their weights stay in memory: 8 MB for all lengths. */
  private static final int FEW = 1 << 10;

  private RasterResampling() {}

  /** Makes the image what the frame takes of it. */
  static void frame(Raster image, Frame frame) {
    Box taken = frame.taken();
    Box kept = frame.kept();
    LineTaps across = LineTaps.of(taken.width(), frame.width(), frame.interpolation());
    LineTaps down = LineTaps.of(taken.height(), frame.height(), frame.interpolation());
    int channels = image.channels();
    int rows = taken.height();
    int width = kept.width();
    int height = kept.height();

    int column = channels * rows;
    int[] columns = image.scratch(0, taken.width() * column);
    for (int c = 0; c < channels; c++) {
      int first = (c * image.height() + taken.top()) * image.width() + taken.left();
      turn(image.levels(), first, image.width(), rows, taken.width(), columns, c * rows, column);
    }
    int[] resized = image.scratch(1, width * column);
    combine(image, columns, column, across, kept.left(), width, resized);

    int row = channels * width;
    int[] lines = image.scratch(0, rows * row);
    for (int c = 0; c < channels; c++) {
      int first = c * rows + (frame.mirrored() ? (width - 1) * column : 0);
      int step = frame.mirrored() ? -column : column;
      turn(resized, first, step, width, rows, lines, c * width, row);
    }
    if (channels == 1) {
      combine(image, lines, row, down, kept.top(), height, image.spare(height * row));
    } else {
      int[] made = image.scratch(1, height * row);
      combine(image, lines, row, down, kept.top(), height, made);
      int[] planes = image.spare(height * row);
      for (int y = 0; y < height; y++) {
        for (int c = 0; c < channels; c++) {
          System.arraycopy(made, y * row + c * width, planes, (c * height + y) * width, width);
        }
      }
    }
    image.swap(height, width);
  }

  /**
   * Makes columns of rows.
   *
   * @param first where the first row begins
   * @param step from one row to the next
   * @param rows how many rows there are
   * @param length levels of each
   * @param target where the first column begins
   * @param column from one column to the next
   */
  private static void turn(
      int[] from, int first, int step, int rows, int length, int[] to, int target, int column) {
    for (int y = 0; y < rows; y++) {
      int at = first + y * step;
      int place = target + y;
      for (int x = 0; x < length; x++) {
        to[place] = from[at + x];
        place += column;
      }
    }
  }

  /** Makes lines, of which the first is {@code first} of all, of weighted sums of lines. */
  private static void combine(
      Raster image, int[] from, int length, LineTaps taps, int first, int count, int[] to) {
    if (taps.count() == 2 && count == taps.pixels() && count * length <= FEW) {
      combinePairs(image, from, length, taps, to);
      return;
    }
    int[] line = image.scratch(2, length);
    int[] sums = image.scratch(3, length);
    for (int i = 0; i < count; i++) {
      Arrays.fill(sums, 0, length, HALF);
      for (int tap = 0; tap < taps.count(); tap++) {
        int weight = taps.weights()[(first + i) * taps.count() + tap];
        if (weight != 0) {
          int source = (taps.starts()[first + i] + tap) * length;
          System.arraycopy(from, source, line, 0, length);
          add(line, weight, sums, length);
        }
      }
      cut(sums, length);
      System.arraycopy(sums, 0, to, i * length, length);
    }
  }

  /** Makes all lines of two lines each. */
  private static void combinePairs(Raster image, int[] from, int length, LineTaps taps, int[] to) {
    int size = taps.pixels() * length;
    int[][] weights = taps.weights(length);
    int[] first = image.scratch(2, size);
    int[] second = image.scratch(3, size);
    take(from, length, taps, 0, first);
    take(from, length, taps, 1, second);
    add(first, weights[0], second, weights[1], to, size);
    cut(to, size);
  }

  /** Copies one of the lines that each line is made of. */
  private static void take(int[] from, int length, LineTaps taps, int tap, int[] to) {
    int[] starts = taps.starts();
    for (int i = 0; i < starts.length; i++) {
      System.arraycopy(from, (starts[i] + tap) * length, to, i * length, length);
    }
  }

  private static void add(int[] line, int weight, int[] to, int length) {
    for (int i = 0; i < length; i++) {
      to[i] += line[i] * weight;
    }
  }

  private static void add(
      int[] first, int[] firstBy, int[] second, int[] secondBy, int[] to, int length) {
    for (int i = 0; i < length; i++) {
      to[i] = first[i] * firstBy[i] + second[i] * secondBy[i] + HALF;
    }
  }

  /** Cuts sums to levels, without branches or the functions that are no vector instructions. */
  private static void cut(int[] sums, int length) {
    for (int i = 0; i < length; i++) {
      int level = sums[i] >> LineTaps.PRECISION;
      int missing = FULL - (level & ~(level >> 31));
      sums[i] = FULL - (missing & ~(missing >> 31));
    }
  }
}
