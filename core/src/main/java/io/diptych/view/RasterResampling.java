package io.diptych.view;

/**
 * Resizes a rectangle of one image as {@link Resampling} does those of a batch: along the width,
 * then along the height, rounded to levels after each, in whole numbers.
 */
final class RasterResampling {
  private static final int HALF = 1 << (LineTaps.PRECISION - 1);

  private RasterResampling() {}

  /** Makes the image what the frame takes of it. */
  static void frame(Raster image, Frame frame) {
    Box taken = frame.taken();
    LineTaps across = LineTaps.of(taken.width(), frame.width(), frame.interpolation());
    LineTaps down = LineTaps.of(taken.height(), frame.height(), frame.interpolation());
    Box kept = frame.kept();
    int rows = taken.height();
    int[] lines = image.lines(image.channels() * rows * kept.width());
    for (int c = 0; c < image.channels(); c++) {
      int plane = c * image.height() * image.width() + taken.top() * image.width() + taken.left();
      across(image, plane, rows, across, kept, frame.mirrored(), lines, c * rows * kept.width());
    }
    int[] result = image.spare(image.channels() * kept.height() * kept.width());
    for (int c = 0; c < image.channels(); c++) {
      for (int y = 0; y < kept.height(); y++) {
        down(
            lines,
            c * rows * kept.width(),
            down,
            kept.top() + y,
            kept.width(),
            result,
            (c * kept.height() + y) * kept.width());
      }
    }
    image.swap(kept.height(), kept.width());
  }

  /** Resizes the rows of a plane. */
  private static void across(
      Raster image,
      int plane,
      int rows,
      LineTaps taps,
      Box kept,
      boolean mirrored,
      int[] to,
      int toPlane) {
    int[] from = image.levels();
    int[] weights = taps.weights();
    int[] starts = taps.starts();
    int step = image.width();
    int width = kept.width();
    int count = taps.count();
    for (int x = 0; x < width; x++) {
      int pixel = kept.left() + x;
      int source = plane + starts[pixel];
      int target = toPlane + (mirrored ? width - 1 - x : x);
      if (count == 2) {
        int first = weights[2 * pixel];
        int second = weights[2 * pixel + 1];
        for (int y = 0; y < rows; y++) {
          int at = source + y * step;
          to[target + y * width] = cut(from[at] * first + from[at + 1] * second + HALF);
        }
      } else {
        for (int y = 0; y < rows; y++) {
          int at = source + y * step;
          int sum = HALF;
          for (int k = 0; k < count; k++) {
            sum += from[at + k] * weights[pixel * count + k];
          }
          to[target + y * width] = cut(sum);
        }
      }
    }
  }

  /** Makes one row of the result from the rows of a plane. */
  private static void down(
      int[] from, int plane, LineTaps taps, int row, int width, int[] to, int target) {
    int[] weights = taps.weights();
    int source = plane + taps.starts()[row] * width;
    int count = taps.count();
    if (count == 2) {
      int first = weights[2 * row];
      int second = weights[2 * row + 1];
      for (int x = 0; x < width; x++) {
        to[target + x] = cut(from[source + x] * first + from[source + width + x] * second + HALF);
      }
      return;
    }
    for (int x = 0; x < width; x++) {
      to[target + x] = HALF;
    }
    for (int k = 0; k < count; k++) {
      int weight = weights[row * count + k];
      int at = source + k * width;
      for (int x = 0; x < width; x++) {
        to[target + x] += from[at + x] * weight;
      }
    }
    for (int x = 0; x < width; x++) {
      to[target + x] = cut(to[target + x]);
    }
  }

  private static int cut(int sum) {
    return Math.max(0, Math.min(255, sum >> LineTaps.PRECISION));
  }
}
