package io.diptych.view;

/**
 * How an image of any size becomes one of the size that a pipeline goes on with: a rectangle of it
 * is resized, a part of the result is kept, and that may be mirrored. This is all that depends on
 * the size of the image, so whoever decodes images can do it before they are made a batch.
 *
 * <p>Resizing is Pillow's: the rectangle's own pixels only, first along the width, then along the
 * height, rounded to levels after each, with a filter that widens as the image shrinks.
 *
 * @param taken the rectangle of the original
 * @param height the rows that it is resized to
 * @param width the columns that it is resized to
 * @param kept the part of the resized rectangle that is the result
 * @param mirrored whether the result is then mirrored left to right
 * @param interpolation how values are interpolated
 */
public record Frame(
    Box taken, int height, int width, Box kept, boolean mirrored, Interpolation interpolation) {
  /** Returns the frame that takes a rectangle and keeps all of it at this size. */
  static Frame resizing(
      Box taken, int height, int width, boolean mirrored, Interpolation interpolation) {
    return new Frame(taken, height, width, Box.whole(height, width), mirrored, interpolation);
  }

  /** Returns the frame that leaves an image of this size as it is. */
  static Frame unchanged(int height, int width) {
    return resizing(Box.whole(height, width), height, width, false, Interpolation.BILINEAR);
  }

  /** Returns this frame with a part of what it keeps. */
  Frame keeping(Box part) {
    Box within =
        new Box(kept.top() + part.top(), kept.left() + part.left(), part.height(), part.width());
    return new Frame(taken, height, width, within, mirrored, interpolation);
  }

  /** Returns this frame, mirrored or not. */
  Frame mirrored(boolean value) {
    return new Frame(taken, height, width, kept, value, interpolation);
  }
}
