package io.diptych.view;

import io.diptych.tensor.Tensor;
import java.util.List;

/**
 * Views of some images, as a method compares them.
 *
 * @param views one tensor for each view, in the order of the recipe; each float32 [B, C, h, w],
 *     where h and w may differ from view to view
 * @param index the number of each image in its data set, int64 [B]
 * @param label the class of each image, int64 [B]; −1 where it is unknown
 */
public record Batch(List<Tensor> views, Tensor index, Tensor label) {
  /**
   * Checks that everything has the same number of images.
   *
   * @throws IllegalArgumentException if there is no view, or the sizes differ
   */
  public Batch {
    views = List.copyOf(views);
    if (views.isEmpty()) {
      throw new IllegalArgumentException("a batch needs at least one view");
    }
    long size = index.numel();
    for (Tensor view : views) {
      requireSize(view.size(0), size);
    }
    requireSize(label.numel(), size);
  }

  /** Returns the number of images, B. */
  public int size() {
    return Math.toIntExact(index.numel());
  }

  private static void requireSize(long found, long expected) {
    if (found != expected) {
      throw new IllegalArgumentException(
          "a batch of " + expected + " images has a view or labels for " + found);
    }
  }
}
