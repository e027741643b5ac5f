package io.diptych.view;

import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/** Changes some images of a batch and leaves the others as they are. */
final class Subset {
  private Subset() {}

  /**
   * Applies a change to the chosen images. On the processor only these are computed; elsewhere all
   * are, and a mask selects, as counting the chosen would make the device wait.
   *
   * @param levels the images, changed in place on the processor
   * @param chosen which images, bool [B]
   * @param change makes new images of some; its second argument picks their rows from a tensor that
   *     has one row for each image of the batch. May work in place.
   * @return all images
   */
  static Tensor change(
      Tensor levels, Tensor chosen, BiFunction<Tensor, UnaryOperator<Tensor>, Tensor> change) {
    return levels.device().isCpu()
        ? byPosition(levels, chosen, change)
        : byMask(levels, chosen, change);
  }

  /**
   * Applies a change to each image with a probability.
   *
   * @param draws uniform numbers, float32 [B, …], of which the first decides
   * @param change as for {@link #change}
   */
  static Images withProbability(
      double p,
      Images images,
      Tensor draws,
      BiFunction<Tensor, UnaryOperator<Tensor>, Tensor> change) {
    return of(images, draws.select(1, 0).lt(p), change);
  }

  /** Applies a change to the chosen images. */
  static Images of(
      Images images, Tensor chosen, BiFunction<Tensor, UnaryOperator<Tensor>, Tensor> change) {
    try (Scope scope = Scope.open()) {
      return Images.holding(scope.escape(change(images.levels(), chosen, change)));
    }
  }

  static Tensor byPosition(
      Tensor levels, Tensor chosen, BiFunction<Tensor, UnaryOperator<Tensor>, Tensor> change) {
    Tensor rows = chosen.nonzero();
    if (rows.numel() == 0) {
      return levels;
    }
    if (rows.numel() == levels.size(0)) {
      return change.apply(levels, UnaryOperator.identity());
    }
    Tensor part = levels.indexSelect(0, rows);
    return levels.indexCopy_(0, rows, change.apply(part, all -> all.indexSelect(0, rows)));
  }

  static Tensor byMask(
      Tensor levels, Tensor chosen, BiFunction<Tensor, UnaryOperator<Tensor>, Tensor> change) {
    Tensor changed = change.apply(levels.copy(), UnaryOperator.identity());
    return Tensor.where(chosen.reshape(-1, 1, 1, 1), changed, levels);
  }
}
