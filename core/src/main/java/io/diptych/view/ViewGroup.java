package io.diptych.view;

/**
 * Views that are drawn alike.
 *
 * @param count how many views of each image
 * @param pipeline how each of them is made
 */
public record ViewGroup(int count, ViewPipeline pipeline) {
  /**
   * Checks the count.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public ViewGroup {
    if (count < 1) {
      throw new IllegalArgumentException("count: must be >= 1, was " + count);
    }
  }
}
