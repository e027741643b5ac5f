package io.diptych.view;

/** How a resized image takes its values from the original's. */
public enum Interpolation {
  /** A triangle as wide as two pixels. */
  BILINEAR(1) {
    @Override
    double weight(double distance) {
      return Math.max(0, 1 - Math.abs(distance));
    }
  },
  /** Keys' cubic with a = −0.5, as wide as four pixels. */
  BICUBIC(2) {
    @Override
    double weight(double distance) {
      double x = Math.abs(distance);
      if (x < 1) {
        return (1.5 * x - 2.5) * x * x + 1;
      }
      return x < 2 ? (((x - 5) * x + 8) * x - 4) * -0.5 : 0;
    }
  };

  private final int support;

  Interpolation(int support) {
    this.support = support;
  }

  /** Returns the distance, in pixels of the coarser image, from which on the weight is 0. */
  int support() {
    return support;
  }

  /** Returns the weight, not normalised, at a distance in pixels of the coarser image. */
  abstract double weight(double distance);
}
