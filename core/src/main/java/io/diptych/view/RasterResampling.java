package io.diptych.view;

import java.util.Arrays;

/**
 * Resizes a rectangle of one image as {@link Resampling} does those of a batch: along the width,
 * then along the height, rounded to levels after each, in whole numbers.
 */
final class RasterResampling {
  private static final int HALF = 1 << (LineTaps.PRECISION - 1);
  private static final int FULL = 255;

  private RasterResampling() {}

  /** Makes the image what the frame takes of it. */
  static void frame(Raster image, Frame frame) {
    Box taken = frame.taken();
    LineTaps across = LineTaps.of(taken.width(), frame.width(), frame.interpolation());
    LineTaps down = LineTaps.of(taken.height(), frame.height(), frame.interpolation());
    Box kept = frame.kept();
    int rows = taken.height();
    int channels = image.channels();
    int width = kept.width();
    // Rows of all channels beside each other, so that loops over a row are long.
    int[] lines = image.scratch(0, rows * channels * width);
    for (int c = 0; c < channels; c++) {
      across(image, c, taken, across, kept, frame.mirrored(), lines);
    }
    int plane = kept.height() * width;
    int[] result = image.spare(channels * plane);
    for (int y = 0; y < kept.height(); y++) {
      int[] row = down(image, lines, down, kept.top() + y, channels * width);
      for (int c = 0; c < channels; c++) {
        System.arraycopy(row, c * width, result, c * plane + y * width, width);
      }
    }
    image.swap(kept.height(), width);
  }

  /** Resizes the rows of a channel. */
  private static void across(
      Raster image, int channel, Box taken, LineTaps taps, Box kept, boolean mirrored, int[] to) {
    int[] from = image.levels();
    int[] weights = taps.weights();
    int step = image.width();
    int plane = (channel * image.height() + taken.top()) * step + taken.left();
    int width = kept.width();
    int row = image.channels() * width;
    int count = taps.count();
    for (int x = 0; x < width; x++) {
      int pixel = kept.left() + x;
      int source = plane + taps.starts()[pixel];
      int target = channel * width + (mirrored ? width - 1 - x : x);
      if (count == 2) {
        int first = weights[2 * pixel];
        int second = weights[2 * pixel + 1];
        for (int y = 0; y < taken.height(); y++) {
          int at = source + y * step;
          to[target + y * row] = cut(from[at] * first + from[at + 1] * second + HALF);
        }
      } else if (count == 4) {
        int first = weights[4 * pixel];
        int second = weights[4 * pixel + 1];
        int third = weights[4 * pixel + 2];
        int fourth = weights[4 * pixel + 3];
        for (int y = 0; y < taken.height(); y++) {
          int at = source + y * step;
          int near = from[at + 1] * second + from[at + 2] * third;
          to[target + y * row] = cut(from[at] * first + near + from[at + 3] * fourth + HALF);
        }
      } else {
        for (int y = 0; y < taken.height(); y++) {
          int at = source + y * step;
          int sum = HALF;
          for (int k = 0; k < count; k++) {
            sum += from[at + k] * weights[pixel * count + k];
          }
          to[target + y * row] = cut(sum);
        }
      }
    }
  }

  /** Returns one row of the result, in memory of the image. */
  private static int[] down(Raster image, int[] rows, LineTaps taps, int pixel, int length) {
    int[] result = image.scratch(1, length);
    int[] row = image.scratch(2, length);
    Arrays.fill(result, 0, length, HALF);
    for (int k = 0; k < taps.count(); k++) {
      int weight = taps.weights()[pixel * taps.count() + k];
      if (weight != 0) {
        System.arraycopy(rows, (taps.starts()[pixel] + k) * length, row, 0, length);
        add(row, weight, result, length);
      }
    }
    cut(result, length);
    return result;
  }

  private static void add(int[] row, int weight, int[] to, int length) {
    for (int i = 0; i < length; i++) {
      to[i] += row[i] * weight;
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

  private static int cut(int sum) {
    return Math.max(0, Math.min(FULL, sum >> LineTaps.PRECISION));
  }
}
