package io.diptych.view;

/** The changes of {@link Colour} to one image: Pillow's arithmetic, pixel by pixel. */
final class RasterColour {
  private static final int LEVELS = 256;
  private static final int FULL = 255;
  private static final int SQUARE = FULL * FULL;

  /** The hue in 255ths of the circle, by which channel is highest, the chroma, and a difference. */
  private static final byte[] HUE = new byte[3 * LEVELS * 2 * LEVELS];

  /** The saturation, by the highest level and the chroma. */
  private static final byte[] SATURATION = new byte[LEVELS * LEVELS];

  /** How far each hue is from the third of the circle where red, green and blue are full. */
  private static final int[] FROM_RED = new int[LEVELS];

  private static final int[] FROM_GREEN = new int[LEVELS];
  private static final int[] FROM_BLUE = new int[LEVELS];

  static {
    for (int chroma = 1; chroma < LEVELS; chroma++) {
      for (int difference = -chroma; difference <= chroma; difference++) {
        for (int highest = 0; highest < 3; highest++) {
          HUE[place(highest, chroma, difference)] = (byte) hue(highest, chroma, difference);
        }
      }
      for (int value = chroma; value < LEVELS; value++) {
        SATURATION[value * LEVELS + chroma] = (byte) ((float) chroma / value * 255.0);
      }
    }
    for (int hue = 0; hue < LEVELS; hue++) {
      FROM_RED[hue] = FULL - cut(Math.abs(6 * hue - 3 * FULL) - FULL);
      FROM_GREEN[hue] = cut(Math.abs(6 * hue - 2 * FULL) - FULL);
      FROM_BLUE[hue] = cut(Math.abs(6 * hue - 4 * FULL) - FULL);
    }
  }

  private RasterColour() {}

  private static int cut(int level) {
    return Math.max(0, Math.min(FULL, level));
  }

  private static int place(int highest, int chroma, int difference) {
    return ((highest * LEVELS + chroma) * 2 + 1) * LEVELS + difference;
  }

  /**
   * Pillow's hue, with its mixture of single and double precision.
   *
   * @param difference of the two other channels: green − blue, blue − red, red − green
   */
  private static int hue(int highest, int chroma, int difference) {
    // Of the two other channels the lower is the lowest of all.
    float first = (float) (difference < 0 ? chroma : chroma - difference) / chroma;
    float second = (float) (difference < 0 ? chroma + difference : chroma) / chroma;
    float sixths = highest == 0 ? second - first : (float) (2.0 * highest + second - first);
    float turns = (float) ((sixths / 6.0 + 1.0) % 1.0);
    return (int) (turns * 255.0);
  }

  /** Multiplies the levels. */
  static void brightness(Raster image, float factor) {
    image.lookUp(blending(0, factor));
  }

  /** Moves the levels away from the mean grey. */
  static void contrast(Raster image, float factor) {
    image.lookUp(blending(mean(image), factor));
  }

  private static int[] blending(int base, float factor) {
    int[] table = new int[LEVELS];
    for (int level = 0; level < LEVELS; level++) {
      table[level] = blend(base, level, factor);
    }
    return table;
  }

  /** Returns base + factor · (level − base), cut to levels and rounded down. */
  static int blend(int base, int level, float factor) {
    return cut((int) (base + factor * (level - base)));
  }

  private static int mean(Raster image) {
    int pixels = image.height() * image.width();
    long sum = 0;
    if (image.channels() == 1) {
      sum = image.sumOfFirst();
    } else {
      int[] levels = image.levels();
      for (int i = 0; i < pixels; i++) {
        sum += luma(levels, i, pixels);
      }
    }
    return (int) ((double) sum / pixels + 0.5);
  }

  /** Moves the levels away from the grey of their pixel. */
  static void saturation(Raster image, float factor) {
    int pixels = image.height() * image.width();
    int[] levels = image.levels();
    for (int i = 0; i < pixels; i++) {
      int grey = luma(levels, i, pixels);
      levels[i] = blend(grey, levels[i], factor);
      levels[pixels + i] = blend(grey, levels[pixels + i], factor);
      levels[2 * pixels + i] = blend(grey, levels[2 * pixels + i], factor);
    }
  }

  /** Takes the colour out. */
  static void grayscale(Raster image) {
    int pixels = image.height() * image.width();
    int[] levels = image.levels();
    for (int i = 0; i < pixels; i++) {
      int grey = luma(levels, i, pixels);
      levels[i] = grey;
      levels[pixels + i] = grey;
      levels[2 * pixels + i] = grey;
    }
  }

  private static int luma(int[] levels, int pixel, int pixels) {
    return (19595 * levels[pixel]
            + 38470 * levels[pixels + pixel]
            + 7471 * levels[2 * pixels + pixel]
            + 32768)
        >> 16;
  }

  /**
   * Turns the hue.
   *
   * @param turn by how many of 256 steps, from 0 to 255
   */
  static void hue(Raster image, int turn) {
    int pixels = image.height() * image.width();
    int[] levels = image.levels();
    for (int i = 0; i < pixels; i++) {
      int red = levels[i];
      int green = levels[pixels + i];
      int blue = levels[2 * pixels + i];
      int value = Math.max(red, Math.max(green, blue));
      int chroma = value - Math.min(red, Math.min(green, blue));
      int place =
          red == value
              ? place(0, chroma, green - blue)
              : green == value ? place(1, chroma, blue - red) : place(2, chroma, red - green);
      int hue = (HUE[place] + turn) & 0xff;
      int saturation = SATURATION[value * LEVELS + chroma] & 0xff;
      levels[i] = level(value, saturation * FROM_RED[hue]);
      levels[pixels + i] = level(value, saturation * FROM_GREEN[hue]);
      levels[2 * pixels + i] = level(value, saturation * FROM_BLUE[hue]);
    }
  }

  /** Rounds half up, which no quotient is near enough to for Pillow's floats to differ. */
  private static int level(int value, int missing) {
    return (value * (SQUARE - missing) + SQUARE / 2) / SQUARE;
  }
}
