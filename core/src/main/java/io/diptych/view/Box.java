package io.diptych.view;

/**
 * A rectangle of an image, in pixels.
 *
 * @param top the first row
 * @param left the first column
 * @param height how many rows
 * @param width how many columns
 */
public record Box(int top, int left, int height, int width) {
  /** Returns the whole of an image of this size. */
  static Box whole(int height, int width) {
    return new Box(0, 0, height, width);
  }
}
