package io.diptych.view;

/**
 * One image in the processor's memory, between augmentations: whole levels from 0 to 255, plane by
 * plane, row by row. They are kept as {@code int}, since the compiler then makes vector
 * instructions of loops that go through several arrays in step. Its memory serves one image after
 * the other.
 */
final class Raster {
  private int channels;
  private int height;
  private int width;
  private int[] levels = {};
  private int[] spare = {};
  private final int[][] scratch = {{}, {}, {}, {}, {}};

  /** Takes an image from pixels [channel][row][column], of which the first is at {@code from}. */
  void load(byte[] pixels, int from, int channels, int height, int width) {
    this.channels = channels;
    this.height = height;
    this.width = width;
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
    return levels;
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
  void lookUp(int[] table) {
    int size = size();
    int[] all = levels;
    for (int i = 0; i < size; i++) {
      all[i] = table[all[i] & 0xff];
    }
  }

  private static int[] atLeast(int size, int[] memory) {
    return memory.length >= size ? memory : new int[size];
  }
}
