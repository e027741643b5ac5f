package io.diptych.view;

/**
 * The blur of {@link BoxBlur} for one image, in Pillow's own whole numbers: 24 bits of weight and 8
 * of level just fill an unsigned {@code int}.
 */
final class RasterBlur {
  private static final int PASSES = 3;
  private static final int BITS = 24;
  private static final int HALF = 1 << (BITS - 1);

  private RasterBlur() {}

  /** Blurs by a standard deviation in pixels. */
  static void blur(Raster image, float sigma) {
    Weights weights = Weights.of(sigma);
    int plane = image.height() * image.width();
    for (int pass = 0; pass < PASSES; pass++) {
      average(image, weights, image.width(), 1, image.width(), image.channels() * image.height());
    }
    for (int pass = 0; pass < PASSES; pass++) {
      average(image, weights, image.height(), image.width(), plane, image.channels());
    }
  }

  /**
   * The weights of the pixels of a box, in 2⁻²⁴.
   *
   * @param reach up to which distance a pixel counts in full
   * @param inner what such a pixel counts
   * @param outer what the next pixel on either side counts
   */
  private record Weights(int reach, int inner, int outer) {
    /** Returns those of a standard deviation, with Pillow's order of float operations. */
    static Weights of(float sigma) {
      float variance = sigma * sigma / PASSES;
      float length = (float) Math.sqrt(12.0 * variance + 1.0);
      float whole = (float) Math.floor((length - 1) / 2);
      float part = (2 * whole + 1) * (whole * (whole + 1) - 3 * variance);
      part /= 6 * (variance - (whole + 1) * (whole + 1));
      float radius = whole + part;
      int reach = (int) radius;
      int inner = (int) ((1 << BITS) / (radius * 2 + 1));
      int outer = ((1 << BITS) - (2 * reach + 1) * inner) / 2;
      return new Weights(reach, inner, outer);
    }
  }

  /**
   * Averages along one axis, once.
   *
   * @param length of a line
   * @param step from one of its pixels to the next
   * @param block size of the smallest part of the image that holds whole lines
   * @param blocks how many of them there are
   */
  private static void average(
      Raster image, Weights weights, int length, int step, int block, int blocks) {
    int size = image.size();
    int[] from = image.levels();
    int[] to = image.spare(size);
    int border = Math.min(length, weights.reach + 1);
    int reach = (weights.reach + 1) * step;
    // Neighbours are a fixed number of levels apart, so the image is done in one go, and then the
    // borders of the lines, where this took pixels of other lines.
    if (weights.reach == 0) {
      narrow(from, to, reach, size - reach, step, weights.inner, weights.outer);
    } else if (weights.reach == 1) {
      middle(from, to, reach, size - reach, step, weights.inner, weights.outer);
    } else {
      border = length;
    }
    for (int b = 0; b < blocks; b++) {
      for (int line = 0; line < step; line++) {
        int first = b * block + line;
        if (2 * border >= length) {
          slide(from, to, first, length, step, weights);
        } else {
          for (int i = 0; i < border; i++) {
            single(from, to, first, length, step, i, weights);
            single(from, to, first, length, step, length - 1 - i, weights);
          }
        }
      }
    }
    image.swap(image.height(), image.width());
  }

  private static void narrow(
      int[] from, int[] to, int first, int end, int step, int inner, int outer) {
    for (int i = first; i < end; i++) {
      to[i] = (from[i] * inner + (from[i - step] + from[i + step]) * outer + HALF) >>> BITS;
    }
  }

  private static void middle(
      int[] from, int[] to, int first, int end, int step, int inner, int outer) {
    for (int i = first; i < end; i++) {
      int near = from[i - step] + from[i] + from[i + step];
      int far = from[i - 2 * step] + from[i + 2 * step];
      to[i] = (near * inner + far * outer + HALF) >>> BITS;
    }
  }

  /** Averages around one pixel of a line; beyond its ends the line repeats them. */
  private static void single(
      int[] from, int[] to, int first, int length, int step, int pixel, Weights weights) {
    int sum = 0;
    for (int k = -weights.reach; k <= weights.reach; k++) {
      sum += at(from, first, length, step, pixel + k);
    }
    int far =
        at(from, first, length, step, pixel - weights.reach - 1)
            + at(from, first, length, step, pixel + weights.reach + 1);
    to[first + pixel * step] = (sum * weights.inner + far * weights.outer + HALF) >>> BITS;
  }

  /** Averages a line with a sum that moves along it. */
  private static void slide(
      int[] from, int[] to, int first, int length, int step, Weights weights) {
    int sum = 0;
    for (int k = -weights.reach; k <= weights.reach; k++) {
      sum += at(from, first, length, step, k);
    }
    for (int pixel = 0; pixel < length; pixel++) {
      int before = at(from, first, length, step, pixel - weights.reach - 1);
      int after = at(from, first, length, step, pixel + weights.reach + 1);
      int far = before + after;
      to[first + pixel * step] = (sum * weights.inner + far * weights.outer + HALF) >>> BITS;
      sum += after - at(from, first, length, step, pixel - weights.reach);
    }
  }

  private static int at(int[] from, int first, int length, int step, int pixel) {
    return from[first + Math.max(0, Math.min(length - 1, pixel)) * step];
  }
}
