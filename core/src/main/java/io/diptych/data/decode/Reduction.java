package io.diptych.data.decode;

/** Says by how much an image may be smaller than it is stored, which makes decoding faster. */
@FunctionalInterface
public interface Reduction {
  /** No reduction. */
  Reduction NONE = (height, width) -> 1;

  /**
   * Returns the largest factor by which both sides may shrink, at least 1.
   *
   * @param height rows of the upright image in full size
   * @param width its columns
   */
  int atMost(int height, int width);
}
