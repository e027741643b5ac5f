package io.diptych.view;

/**
 * The arithmetic of the Pillow library on one image, pixel by pixel and in whole numbers where
 * Pillow's is: the oracle for the batched operations. Images are levels [channel][row][column].
 */
final class Pillow {
  private Pillow() {}

  interface Filter {
    double at(double x);
  }

  static double triangle(double x) {
    return Math.max(0, 1 - Math.abs(x));
  }

  static double cubic(double x) {
    double a = -0.5;
    double d = Math.abs(x);
    if (d < 1) {
      return ((a + 2) * d - (a + 3)) * d * d + 1;
    }
    return d < 2 ? (((d - 5) * d + 8) * d - 4) * a : 0;
  }

  static int[][][] crop(int[][][] image, int top, int left, int height, int width) {
    int[][][] result = new int[image.length][height][width];
    for (int c = 0; c < image.length; c++) {
      for (int y = 0; y < height; y++) {
        System.arraycopy(image[c][top + y], left, result[c][y], 0, width);
      }
    }
    return result;
  }

  static int[][][] resize(int[][][] image, int height, int width, Interpolation interpolation) {
    return transpose(
        resizeRows(transpose(resizeRows(image, width, interpolation)), height, interpolation));
  }

  private static int[][][] resizeRows(int[][][] image, int size, Interpolation interpolation) {
    Filter filter = interpolation == Interpolation.BILINEAR ? Pillow::triangle : Pillow::cubic;
    int from = image[0][0].length;
    double scale = (double) from / size;
    double widening = Math.max(1, scale);
    double support = (interpolation == Interpolation.BILINEAR ? 1 : 2) * widening;
    int[][][] result = new int[image.length][image[0].length][size];
    for (int x = 0; x < size; x++) {
      double center = (x + 0.5) * scale;
      int first = Math.max(0, (int) (center - support + 0.5));
      int end = Math.min(from, (int) (center + support + 0.5));
      double[] weights = new double[end - first];
      double sum = 0;
      for (int i = first; i < end; i++) {
        weights[i - first] = filter.at((i - center + 0.5) * (1 / widening));
        sum += weights[i - first];
      }
      for (int c = 0; c < image.length; c++) {
        for (int y = 0; y < image[0].length; y++) {
          long total = 1 << 21;
          for (int i = first; i < end; i++) {
            double weight = weights[i - first] / sum * (1 << 22);
            total += image[c][y][i] * (long) (weight < 0 ? weight - 0.5 : weight + 0.5);
          }
          result[c][y][x] = clip((int) (total >> 22));
        }
      }
    }
    return result;
  }

  static int[][][] flip(int[][][] image) {
    return map(image, (c, y, x) -> image[c][y][image[c][y].length - 1 - x]);
  }

  static int[][][] brightness(int[][][] image, float factor) {
    return map(image, (c, y, x) -> blend(0, image[c][y][x], factor));
  }

  static int[][][] contrast(int[][][] image, float factor) {
    long sum = 0;
    for (int y = 0; y < image[0].length; y++) {
      for (int x = 0; x < image[0][0].length; x++) {
        sum += luma(image, y, x);
      }
    }
    int mean = (int) ((double) sum / (image[0].length * image[0][0].length) + 0.5);
    return map(image, (c, y, x) -> blend(mean, image[c][y][x], factor));
  }

  static int[][][] saturation(int[][][] image, float factor) {
    return map(image, (c, y, x) -> blend(luma(image, y, x), image[c][y][x], factor));
  }

  static int[][][] grayscale(int[][][] image) {
    return map(image, (c, y, x) -> luma(image, y, x));
  }

  static int[][][] solarize(int[][][] image, int threshold) {
    return map(
        image, (c, y, x) -> image[c][y][x] < threshold ? image[c][y][x] : 255 - image[c][y][x]);
  }

  static int[][][] hue(int[][][] image, double shift) {
    int turn = (int) (shift * 255) & 255;
    return map(image, (c, y, x) -> hue(image[0][y][x], image[1][y][x], image[2][y][x], turn)[c]);
  }

  /** Pillow's conversion to 8-bit HSV and back, with its mixture of single and double precision. */
  private static int[] hue(int r, int g, int b, int turn) {
    int max = Math.max(r, Math.max(g, b));
    float range = max - Math.min(r, Math.min(g, b));
    if (range == 0) {
      return new int[] {r, g, b};
    }
    float red = (max - r) / range;
    float green = (max - g) / range;
    float blue = (max - b) / range;
    float sixths =
        r == max ? blue - green : (float) (g == max ? 2.0 + red - blue : 4.0 + green - red);
    float turns = (float) ((sixths / 6.0 + 1.0) % 1.0);
    int hue = ((int) (turns * 255.0) + turn) & 255;
    float saturation = (float) ((int) (range / max * 255.0) / 255.0);
    int sector = (int) Math.floor(hue * 6.0 / 255.0);
    float within = (float) (hue * 6.0 / 255.0 - sector);
    int p = (int) Math.round(max * (1.0 - saturation));
    int q = (int) Math.round(max * (1.0 - saturation * within));
    int t = (int) Math.round(max * (1.0 - saturation * (1.0 - within)));
    return switch (sector % 6) {
      case 0 -> new int[] {max, t, p};
      case 1 -> new int[] {q, max, p};
      case 2 -> new int[] {p, max, t};
      case 3 -> new int[] {p, q, max};
      case 4 -> new int[] {t, p, max};
      default -> new int[] {max, p, q};
    };
  }

  static int[][][] blur(int[][][] image, float sigma) {
    int[][][] result = image;
    for (int pass = 0; pass < 3; pass++) {
      result = boxRows(result, sigma);
    }
    result = transpose(result);
    for (int pass = 0; pass < 3; pass++) {
      result = boxRows(result, sigma);
    }
    return transpose(result);
  }

  private static int[][][] boxRows(int[][][] image, float sigma) {
    float variance = sigma * sigma / 3;
    float length = (float) Math.sqrt(12.0 * variance + 1.0);
    float l = (float) Math.floor((length - 1) / 2);
    float a = (2 * l + 1) * (l * (l + 1) - 3 * variance);
    a /= 6 * (variance - (l + 1) * (l + 1));
    float radius = l + a;
    int n = (int) radius;
    long inner = (long) ((1 << 24) / (radius * 2 + 1));
    long outer = ((1 << 24) - (2 * n + 1) * inner) / 2;
    int width = image[0][0].length;
    return map(
        image,
        (c, y, x) -> {
          long sum = 1 << 23;
          for (int k = -n - 1; k <= n + 1; k++) {
            int at = Math.max(0, Math.min(width - 1, x + k));
            sum += image[c][y][at] * (Math.abs(k) <= n ? inner : outer);
          }
          return (int) (sum >> 24);
        });
  }

  private static int luma(int[][][] image, int y, int x) {
    if (image.length == 1) {
      return image[0][y][x];
    }
    return (19595 * image[0][y][x] + 38470 * image[1][y][x] + 7471 * image[2][y][x] + 32768) >> 16;
  }

  private static int blend(int base, int value, float factor) {
    float mixed = base + factor * (value - base);
    return mixed <= 0 ? 0 : mixed >= 255 ? 255 : (int) mixed;
  }

  private static int clip(int value) {
    return Math.max(0, Math.min(255, value));
  }

  private interface Pixel {
    int at(int channel, int row, int column);
  }

  private static int[][][] map(int[][][] image, Pixel pixel) {
    int[][][] result = new int[image.length][image[0].length][image[0][0].length];
    for (int c = 0; c < result.length; c++) {
      for (int y = 0; y < result[0].length; y++) {
        for (int x = 0; x < result[0][0].length; x++) {
          result[c][y][x] = pixel.at(c, y, x);
        }
      }
    }
    return result;
  }

  private static int[][][] transpose(int[][][] image) {
    int[][][] result = new int[image.length][image[0][0].length][image[0].length];
    for (int c = 0; c < result.length; c++) {
      for (int y = 0; y < image[0].length; y++) {
        for (int x = 0; x < image[0][0].length; x++) {
          result[c][x][y] = image[c][y][x];
        }
      }
    }
    return result;
  }
}
