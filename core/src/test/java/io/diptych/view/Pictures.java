package io.diptych.view;

import io.diptych.tensor.Keyed;

/** Pictures to test with. */
final class Pictures {
  private Pictures() {}

  /** Returns [count, channels, height, width] of smooth waves with noise, black and white spots. */
  static byte[] noise(long seed, int count, int channels, int height, int width) {
    Keyed keyed = Keyed.of(seed);
    byte[] pixels = new byte[count * channels * height * width];
    int i = 0;
    for (int n = 0; n < count; n++) {
      for (int c = 0; c < channels; c++) {
        double phase = 6.28 * keyed.uniform(n, c);
        for (int y = 0; y < height; y++) {
          for (int x = 0; x < width; x++, i++) {
            double spot = keyed.uniform(i, 10);
            double wave = 128 + 90 * Math.sin(phase + 0.3 * x + 0.2 * c * y);
            double value = wave + 60 * (keyed.uniform(i, 11) - 0.5);
            pixels[i] =
                (byte) (spot < 0.03 ? 0 : spot > 0.97 ? 255 : Math.max(0, Math.min(255, value)));
          }
        }
      }
    }
    return pixels;
  }
}
