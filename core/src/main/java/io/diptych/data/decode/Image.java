package io.diptych.data.decode;

/** A decoded image of 8-bit samples. */
public final class Image {
  private final byte[] planes;
  private final int channels;
  private final int height;
  private final int width;

  Image(byte[] planes, int channels, int height, int width) {
    this.planes = planes;
    this.channels = channels;
    this.height = height;
    this.width = width;
  }

  /** The samples, channel by channel (red, green, blue), row by row; not copied. */
  public byte[] planes() {
    return planes;
  }

  /** 1 (grey) or 3 (colour). */
  public int channels() {
    return channels;
  }

  /** The number of rows. */
  public int height() {
    return height;
  }

  /** The number of columns. */
  public int width() {
    return width;
  }

  /** Splits samples that alternate pixel by pixel into planes. */
  static Image ofInterleaved(byte[] samples, int channels, int height, int width) {
    int pixels = height * width;
    byte[] planes = new byte[channels * pixels];
    for (int c = 0; c < channels; c++) {
      int to = c * pixels;
      for (int from = c; from < samples.length; from += channels) {
        planes[to++] = samples[from];
      }
    }
    return new Image(planes, channels, height, width);
  }

  /**
   * Turns the image upright.
   *
   * @param orientation how it was stored, 1 to 8 as EXIF counts: from 5 on rows and columns are
   *     exchanged
   */
  Image upright(int orientation) {
    if (orientation <= 1 || orientation > 8) {
      return this;
    }
    boolean exchanged = orientation >= 5;
    int outHeight = exchanged ? width : height;
    int outWidth = exchanged ? height : width;
    boolean flipRows = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
    boolean flipColumns = orientation == 2 || orientation == 3 || orientation >= 7;
    byte[] out = new byte[planes.length];
    int at = 0;
    for (int c = 0; c < channels; c++) {
      int plane = c * height * width;
      for (int y = 0; y < outHeight; y++) {
        for (int x = 0; x < outWidth; x++) {
          int row = exchanged ? x : y;
          int column = exchanged ? y : x;
          row = flipRows ? height - 1 - row : row;
          column = flipColumns ? width - 1 - column : column;
          out[at++] = planes[plane + row * width + column];
        }
      }
    }
    return new Image(out, channels, outHeight, outWidth);
  }
}
