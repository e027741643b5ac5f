package io.diptych.data;

import org.jspecify.annotations.Nullable;

/**
 * Brings images to the channels and size that the options ask for.
 *
 * @param channels 1 or 3, or null for as it is
 * @param side side of the square to resize and crop to, or null for as it is
 */
record Fit(@Nullable Integer channels, @Nullable Integer side) {

  PixelStore apply(PixelStore store) {
    int toChannels = channels == null ? store.channels() : channels;
    int toHeight = side == null ? store.height() : side;
    int toWidth = side == null ? store.width() : side;
    if (toChannels == store.channels() && toHeight == store.height() && toWidth == store.width()) {
      return store;
    }
    PixelStore fitted = new PixelStore(toChannels, toHeight, toWidth);
    byte[] image = new byte[store.imageBytes()];
    for (int i = 0; i < store.size(); i++) {
      store.copy(i, image, 0);
      byte[] out = channels(image, store.channels(), toChannels);
      if (side != null) {
        out = Resampler.square(out, toChannels, store.height(), store.width(), side);
      }
      fitted.add(out, 0, store.label(i));
    }
    return fitted;
  }

  /**
   * Converts between grey and colour: grey is the luma of ITU-R 601, colour from grey is the grey
   * three times.
   */
  static byte[] channels(byte[] planes, int from, int to) {
    if (from == to) {
      return planes;
    }
    if (from == 1) {
      int n = planes.length;
      byte[] colour = new byte[3 * n];
      for (int c = 0; c < 3; c++) {
        System.arraycopy(planes, 0, colour, c * n, n);
      }
      return colour;
    }
    int n = planes.length / 3;
    byte[] grey = new byte[n];
    for (int i = 0; i < n; i++) {
      int r = planes[i] & 0xff;
      int g = planes[n + i] & 0xff;
      int b = planes[2 * n + i] & 0xff;
      grey[i] = (byte) ((19595 * r + 38470 * g + 7471 * b + (1 << 15)) >> 16);
    }
    return grey;
  }
}
