package io.diptych.method;

/**
 * What a method may know of the run beside its options and its encoder.
 *
 * @param images number of training images
 * @param classes number of their classes; 0 if there are no labels
 * @param seed of the method's own random draws
 */
public record MethodContext(long images, int classes, long seed) {
  /** Checks the numbers. */
  public MethodContext {
    if (images < 1 || classes < 0) {
      throw new IllegalArgumentException(
          "images must be at least 1 and classes at least 0, got " + images + " and " + classes);
    }
  }
}
