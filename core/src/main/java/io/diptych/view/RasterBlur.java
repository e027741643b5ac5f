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
    int rows = image.channels() * image.height();
    Lines across = new Lines(image.width(), 1, image.width(), rows);
    Lines down = new Lines(image.height(), image.width(), plane, image.channels());
    for (int pass = 0; pass < PASSES; pass++) {
      average(image, weights, across);
    }
    for (int pass = 0; pass < PASSES; pass++) {
      average(image, weights, down);
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
   * The lines of an image along one axis.
   *
   * @param length of a line
   * @param step from one of its pixels to the next
   * @param block levels of the smallest part of the image that holds whole lines
   * @param blocks how many of them there are
   */
  private record Lines(int length, int step, int block, int blocks) {}

  /** Averages along one axis, once. */
  private static void average(Raster image, Weights weights, Lines lines) {
    int size = image.size();
    int[] from = image.levels();
    int[] to = image.spare(size);
    if (weights.reach > 1) {
      for (int b = 0; b < lines.blocks; b++) {
        for (int line = 0; line < lines.step; line++) {
          slide(from, to, b * lines.block + line, lines.length, lines.step, weights);
        }
      }
    } else {
      int[] before = moved(image, -1, 0, lines);
      int[] after = moved(image, 1, 1, lines);
      if (weights.reach == 0) {
        narrow(from, before, after, to, size, weights.inner, weights.outer);
      } else {
        int[] beforeThat = moved(image, -2, 2, lines);
        int[] afterThat = moved(image, 2, 3, lines);
        int[] near = image.scratch(4, size);
        sum(from, before, after, near, size);
        narrow(near, beforeThat, afterThat, to, size, weights.inner, weights.outer);
      }
    }
    image.swap(image.height(), image.width());
  }

  /**
   * Returns the neighbours of all pixels at a distance along the lines; beyond its ends a line
   * repeats them. Loops over arrays in step become vector instructions, those with offsets do not.
   */
  private static int[] moved(Raster image, int by, int scratch, Lines lines) {
    int size = image.size();
    int[] from = image.levels();
    int[] to = image.scratch(scratch, size);
    int offset = Math.abs(by) * lines.step;
    if (offset < size) {
      boolean forward = by > 0;
      System.arraycopy(from, forward ? offset : 0, to, forward ? 0 : offset, size - offset);
    }
    for (int b = 0; b < lines.blocks; b++) {
      int first = b * lines.block;
      int end = first + (by > 0 ? (lines.length - 1) * lines.step : 0);
      for (int i = 0; i < Math.min(Math.abs(by), lines.length); i++) {
        int border = first + (by > 0 ? lines.length - 1 - i : i) * lines.step;
        if (lines.step == 1) {
          to[border] = from[end];
        } else {
          System.arraycopy(from, end, to, border, lines.step);
        }
      }
    }
    return to;
  }

  private static void sum(int[] from, int[] before, int[] after, int[] to, int size) {
    for (int i = 0; i < size; i++) {
      to[i] = before[i] + from[i] + after[i];
    }
  }

  private static void narrow(
      int[] near, int[] before, int[] after, int[] to, int size, int inner, int outer) {
    for (int i = 0; i < size; i++) {
      to[i] = (near[i] * inner + (before[i] + after[i]) * outer + HALF) >>> BITS;
    }
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
