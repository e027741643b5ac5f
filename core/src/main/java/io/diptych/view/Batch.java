package io.diptych.view;

import io.diptych.tensor.Tensor;
import java.util.List;

/**
 * The views of some samples.
 *
 * @param views each float32 [B, C, h, w], ready for the network; all of the same samples in order
 * @param index which samples of the data set these are, int64 [B]
 * @param label their classes, int64 [B]; −1 where there is none
 */
public record Batch(List<Tensor> views, Tensor index, Tensor label) {
  /**
   * Copies the list.
   *
   * @throws IllegalArgumentException if the views, indices and labels differ in number
   */
  public Batch {
    views = List.copyOf(views);
    for (Tensor view : views) {
      requireSize("views", view.size(0), index.numel());
    }
    requireSize("labels", label.numel(), index.numel());
  }

  /** Returns the number of samples. */
  public long size() {
    return index.numel();
  }

  private static void requireSize(String what, long found, long samples) {
    if (found != samples) {
      throw new IllegalArgumentException(
          "a batch of " + samples + " samples cannot have " + what + " of " + found);
    }
  }
}
