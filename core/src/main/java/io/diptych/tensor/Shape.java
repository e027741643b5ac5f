package io.diptych.tensor;

import java.util.Arrays;

/** The sizes of a tensor's dimensions, outermost first; a scalar has none. Immutable. */
public final class Shape {
  private final long[] sizes;

  private Shape(long[] sizes) {
    this.sizes = sizes;
  }

  /**
   * Returns the shape of these sizes.
   *
   * @throws IllegalArgumentException if a size is negative
   */
  public static Shape of(long... sizes) {
    for (long size : sizes) {
      if (size < 0) {
        throw new IllegalArgumentException("size must be >= 0 in " + Arrays.toString(sizes));
      }
    }
    return new Shape(sizes.clone());
  }

  /** Returns the number of dimensions. */
  public int rank() {
    return sizes.length;
  }

  /**
   * Returns the size of a dimension; {@code -1} is the last one.
   *
   * @throws IllegalArgumentException if there is no such dimension
   */
  public long size(int dimension) {
    int wrapped = dimension < 0 ? dimension + sizes.length : dimension;
    if (wrapped < 0 || wrapped >= sizes.length) {
      throw new IllegalArgumentException("no dimension " + dimension + " in shape " + this);
    }
    return sizes[wrapped];
  }

  /** Returns the number of elements. */
  public long numel() {
    long product = 1;
    for (long size : sizes) {
      product = Math.multiplyExact(product, size);
    }
    return product;
  }

  /** Returns a copy of the sizes. */
  public long[] sizes() {
    return sizes.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape shape && Arrays.equals(sizes, shape.sizes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(sizes);
  }

  /** Returns the sizes in brackets, such as {@code [256, 3, 32, 32]}. */
  @Override
  public String toString() {
    return Arrays.toString(sizes);
  }
}
