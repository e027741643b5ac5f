package io.diptych.view;

/** How a moved image takes its values from the original, at places between its pixels. */
public enum Sampling {
  /** The pixel that the place lies in. */
  NEAREST,
  /** The four nearest pixels, by their distance. */
  BILINEAR,
  /** The sixteen nearest pixels, by Keys' cubic with a = −1. */
  BICUBIC
}
