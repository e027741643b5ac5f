package io.diptych.view;

/**
 * One image in the processor's memory, between augmentations: whole levels from 0 to 255, plane by
 * plane, row by row. They are kept as {@code int}, since the compiler then makes vector
 * instructions of loops that go through several arrays in step. Its memory serves one image after
 * the other.
 *
 * <p>Changes that do the same to equal levels are only put together in one table of 256 entries,
 * until somebody asks for the levels.
 */
final class Raster {
  private static final int LEVELS = 256;

  /** The sum of so many levels is an int, and such sums are vector instructions. */
  private static final int SUMMANDS = 1 << 20;

  private int channels;
  private int height;
  private int width;
  private int[] levels = {};
  private int[] spare = {};
  private final int[][] scratch = {{}, {}, {}, {}, {}};
  private final int[] table = new int[LEVELS];
  private boolean tableIsDue;
  private float[] composed = {};

  /** Takes an image from pixels [channel][row][column], of which the first is at {@code from}. */
  void load(byte[] pixels, int from, int channels, int height, int width) {
    this.channels = channels;
    this.height = height;
    this.width = width;
    tableIsDue = false;
    int size = size();
    levels = atLeast(size, levels);
    int[] to = levels;
    for (int i = 0; i < size; i++) {
      to[i] = pixels[from + i] & 0xff;
    }
  }

  /** Returns the number of channels, 1 or 3. */
  int channels() {
    return channels;
  }

  /** Returns the number of rows. */
  int height() {
    return height;
  }

  /** Returns the number of columns. */
  int width() {
    return width;
  }

  /** Returns the number of levels. */
  int size() {
    return channels * height * width;
  }

  /** Returns the levels; the array may be longer than they are. */
  int[] levels() {
    if (tableIsDue) {
      int size = size();
      int[] all = levels;
      for (int i = 0; i < size; i++) {
        all[i] = table[all[i] & 0xff];
      }
      tableIsDue = false;
    }
    return levels;
  }

  /** Returns the sum of the levels of the first channel. */
  long sumOfFirst() {
    int plane = height * width;
    int[] all = levels;
    long sum = 0;
    for (int from = 0; from < plane; from += SUMMANDS) {
      int end = Math.min(plane, from + SUMMANDS);
      int part = 0;
      if (tableIsDue) {
        for (int i = from; i < end; i++) {
          part += table[all[i] & 0xff];
        }
      } else {
        for (int i = from; i < end; i++) {
          part += all[i];
        }
      }
      sum += part;
    }
    return sum;
  }

  /** Writes the levels to pixels [channel][row][column], of which the first is at {@code at}. */
  void write(byte[] pixels, int at) {
    int size = size();
    int[] all = levels();
    for (int i = 0; i < size; i++) {
      pixels[at + i] = (byte) all[i];
    }
  }

  /**
   * Writes what stands for the levels in a table.
   *
   * @param values 256 for each channel, those of one after those of another
   */
  void write(float[] values, float[] pixels, int at) {
    float[] last = tableIsDue ? composed(values) : values;
    int[] all = levels;
    int plane = height * width;
    for (int c = 0; c < channels; c++) {
      int from = c * plane;
      int to = at + from;
      int row = c * LEVELS;
      for (int i = 0; i < plane; i++) {
        pixels[to + i] = last[row + (all[from + i] & 0xff)];
      }
    }
  }

  private float[] composed(float[] values) {
    composed = composed.length == values.length ? composed : new float[values.length];
    for (int row = 0; row < values.length; row += LEVELS) {
      for (int level = 0; level < LEVELS; level++) {
        composed[row + level] = values[row + table[level]];
      }
    }
    return composed;
  }

  /** Returns memory for a result of this many levels; what is in it is undefined. */
  int[] spare(int size) {
    spare = atLeast(size, spare);
    return spare;
  }

  /**
   * Returns memory for what lies between two steps of a change.
   *
   * @param which of five memories, from 0
   */
  int[] scratch(int which, int size) {
    scratch[which] = atLeast(size, scratch[which]);
    return scratch[which];
  }

  /** Makes what was written to {@link #spare} the image. */
  void swap(int newHeight, int newWidth) {
    int[] old = levels;
    levels = spare;
    spare = old;
    height = newHeight;
    width = newWidth;
  }

  /** Becomes what a frame takes of it. */
  void frame(Frame frame) {
    RasterResampling.frame(this, frame);
  }

  /** Replaces each level by its entry in a table. */
  void lookUp(int[] entries) {
    if (!tableIsDue) {
      System.arraycopy(entries, 0, table, 0, LEVELS);
      tableIsDue = true;
      return;
    }
    for (int level = 0; level < LEVELS; level++) {
      table[level] = entries[table[level]];
    }
  }

  private static int[] atLeast(int size, int[] memory) {
    return memory.length >= size ? memory : new int[size];
  }
}
