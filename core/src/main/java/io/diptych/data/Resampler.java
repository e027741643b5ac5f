package io.diptych.data;

/**
 * Resizes 8-bit images with an antialiasing triangle filter, as "bilinear" of Pillow and
 * torchvision does: every output pixel is the weighted mean of all input pixels under the filter,
 * which widens with the reduction. Columns first, then rows, rounded to 8 bits in between.
 */
final class Resampler {
  private static final int PRECISION = 22;

  private Resampler() {}

  /**
   * Resizes so that the shorter side becomes {@code side}, and cuts the square in the middle.
   *
   * @param planes the image, channel by channel, row by row
   * @return {@code channels} planes of {@code side} x {@code side}
   */
  static byte[] square(byte[] planes, int channels, int height, int width, int side) {
    if (height == side && width == side) {
      return planes;
    }
    int shorter = Math.min(height, width);
    int outHeight = scaled(height, side, shorter);
    int outWidth = scaled(width, side, shorter);
    Taps across = Taps.of(width, outWidth, offset(outWidth, side), side);
    Taps down = Taps.of(height, outHeight, offset(outHeight, side), side);
    byte[] out = new byte[channels * side * side];
    byte[] narrowed = new byte[(down.end - down.begin) * side];
    for (int c = 0; c < channels; c++) {
      int plane = c * height * width;
      for (int y = down.begin; y < down.end; y++) {
        across.apply(planes, plane + y * width, 1, narrowed, (y - down.begin) * side, 1);
      }
      for (int x = 0; x < side; x++) {
        down.apply(narrowed, x - down.begin * side, side, out, c * side * side + x, side);
      }
    }
    return out;
  }

  private static int scaled(int length, int side, int shorter) {
    return Math.toIntExact((long) length * side / shorter);
  }

  private static int offset(int length, int side) {
    return (int) Math.rint((length - side) / 2.0);
  }

  /** For each output position of a line, where its inputs start and their fixed-point weights. */
  private static final class Taps {
    private final int[] start;
    private final int[][] weights;
    private final int begin;
    private final int end;

    private Taps(int[] start, int[][] weights, int begin, int end) {
      this.start = start;
      this.weights = weights;
      this.begin = begin;
      this.end = end;
    }

    /** Taps of {@code count} outputs from {@code from} on, of a line resized in to out. */
    static Taps of(int in, int out, int from, int count) {
      double scale = (double) in / out;
      double support = Math.max(scale, 1);
      int[] start = new int[count];
      int[][] weights = new int[count][];
      int begin = in;
      int end = 0;
      for (int i = 0; i < count; i++) {
        double centre = (from + i + 0.5) * scale;
        int first = Math.max(0, (int) (centre - support + 0.5));
        int last = Math.min(in, (int) (centre + support + 0.5));
        start[i] = first;
        weights[i] = triangle(first, last, centre, support);
        begin = Math.min(begin, first);
        end = Math.max(end, last);
      }
      return new Taps(start, weights, begin, end);
    }

    private static int[] triangle(int first, int last, double centre, double support) {
      double[] w = new double[last - first];
      double narrowing = 1 / support;
      double sum = 0;
      for (int k = 0; k < w.length; k++) {
        w[k] = Math.max(0, 1 - Math.abs((first + k - centre + 0.5) * narrowing));
        sum += w[k];
      }
      int[] fixed = new int[w.length];
      for (int k = 0; k < w.length; k++) {
        fixed[k] = (int) (0.5 + w[k] / sum * (1 << PRECISION));
      }
      return fixed;
    }

    /** Resizes one line of {@code from} into one line of {@code to}. */
    void apply(byte[] from, int fromOffset, int fromStep, byte[] to, int toOffset, int toStep) {
      for (int i = 0; i < start.length; i++) {
        int[] w = weights[i];
        int sum = 1 << (PRECISION - 1);
        int at = fromOffset + start[i] * fromStep;
        for (int k = 0; k < w.length; k++) {
          sum += (from[at] & 0xff) * w[k];
          at += fromStep;
        }
        to[toOffset + i * toStep] = (byte) Math.min(255, sum >> PRECISION);
      }
    }
  }
}
