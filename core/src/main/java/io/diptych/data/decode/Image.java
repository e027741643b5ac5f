package io.diptych.data.decode;

/** A decoded image of 8-bit samples. */
public final class Image {
  private final byte[] samples;
  private final int channels;
  private final int height;
  private final int width;
  private final int storedHeight;
  private final int storedWidth;

  Image(byte[] samples, int channels, int height, int width) {
    this(samples, channels, height, width, height, width);
  }

  private Image(
      byte[] samples, int channels, int height, int width, int storedHeight, int storedWidth) {
    this.samples = samples;
    this.channels = channels;
    this.height = height;
    this.width = width;
    this.storedHeight = storedHeight;
    this.storedWidth = storedWidth;
  }

  /** Makes an image of samples channel by channel, row by row. */
  public static Image ofPlanes(byte[] planes, int channels, int height, int width) {
    if (channels == 1) {
      return new Image(planes, 1, height, width);
    }
    int pixels = height * width;
    byte[] samples = new byte[channels * pixels];
    for (int c = 0; c < channels; c++) {
      int from = c * pixels;
      for (int to = c; to < samples.length; to += channels) {
        samples[to] = planes[from++];
      }
    }
    return new Image(samples, channels, height, width);
  }

  /** The samples, row by row, the channels of each pixel together; not copied. */
  public byte[] samples() {
    return samples;
  }

  /** Returns the samples channel by channel (red, green, blue), row by row. */
  public byte[] planes() {
    if (channels == 1) {
      return samples;
    }
    int pixels = height * width;
    byte[] planes = new byte[samples.length];
    for (int c = 0; c < channels; c++) {
      int to = c * pixels;
      for (int from = c; from < samples.length; from += channels) {
        planes[to++] = samples[from];
      }
    }
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

  /** The number of rows of the image in full size, of which this may be a reduction. */
  public int storedHeight() {
    return storedHeight;
  }

  /** The number of columns of the image in full size, of which this may be a reduction. */
  public int storedWidth() {
    return storedWidth;
  }

  /** Returns the same image, known to be a reduction of one of this size. */
  Image reducedFrom(int fullHeight, int fullWidth) {
    return new Image(samples, channels, height, width, fullHeight, fullWidth);
  }

  /**
   * Returns the rectangle of the image, in pixels from its top left corner.
   *
   * @throws IllegalArgumentException if it is empty or not inside
   */
  public Image crop(int top, int left, int rows, int columns) {
    if (top < 0 || left < 0 || rows < 1 || columns < 1) {
      throw new IllegalArgumentException("an image has no such part");
    }
    if (top + rows > height || left + columns > width) {
      throw new IllegalArgumentException(
          "rows "
              + top
              + " to "
              + (top + rows)
              + " and columns "
              + left
              + " to "
              + (left + columns)
              + " do not lie inside an image of "
              + width
              + " x "
              + height
              + " pixels");
    }
    byte[] part = new byte[rows * columns * channels];
    for (int y = 0; y < rows; y++) {
      System.arraycopy(
          samples,
          ((top + y) * width + left) * channels,
          part,
          y * columns * channels,
          columns * channels);
    }
    return new Image(part, channels, rows, columns);
  }

  /**
   * Returns the image with one channel or three: grey is the luma of ITU-R 601, colour from grey is
   * the grey three times.
   */
  public Image withChannels(int wanted) {
    if (wanted == channels) {
      return this;
    }
    int pixels = height * width;
    byte[] out = new byte[wanted * pixels];
    for (int i = 0; i < pixels; i++) {
      if (wanted == 1) {
        int r = samples[3 * i] & 0xff;
        int g = samples[3 * i + 1] & 0xff;
        int b = samples[3 * i + 2] & 0xff;
        out[i] = (byte) ((19595 * r + 38470 * g + 7471 * b + (1 << 15)) >> 16);
      } else {
        out[3 * i] = samples[i];
        out[3 * i + 1] = samples[i];
        out[3 * i + 2] = samples[i];
      }
    }
    return new Image(out, wanted, height, width, storedHeight, storedWidth);
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
    byte[] out = new byte[samples.length];
    int at = 0;
    for (int y = 0; y < outHeight; y++) {
      for (int x = 0; x < outWidth; x++) {
        int row = exchanged ? x : y;
        int column = exchanged ? y : x;
        row = flipRows ? height - 1 - row : row;
        column = flipColumns ? width - 1 - column : column;
        int from = (row * width + column) * channels;
        for (int c = 0; c < channels; c++) {
          out[at++] = samples[from + c];
        }
      }
    }
    return new Image(
        out,
        channels,
        outHeight,
        outWidth,
        exchanged ? storedWidth : storedHeight,
        exchanged ? storedHeight : storedWidth);
  }
}
