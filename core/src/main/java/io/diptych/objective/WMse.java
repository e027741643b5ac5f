package io.diptych.objective;

import io.diptych.tensor.Shape;
import io.diptych.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The W-MSE loss (Ermolov, Siarohin, Sangineto and Sebe, "Whitening for self-supervised
 * representation learning", ICML 2021, equation 6): the {@linkplain NormalizedMse squared error}
 * between views, each {@linkplain Whitening whitened} within random slices of the batch.
 */
public final class WMse {
  private WMse() {}

  /**
   * How rows are whitened and compared.
   *
   * @param sliceSize rows that are whitened together; divides N
   * @param epsilon ε of the whitening
   * @param normalize whether whitened rows are brought to length 1 before they are compared
   */
  public record Form(int sliceSize, double epsilon, boolean normalize) {}

  /**
   * Returns the loss, averaged over all pairs of views and over the permutations. Gradients flow
   * into all views.
   *
   * @param views at least two matrices [N, D], row by row of the same images
   * @param permutations of 0 … N − 1, int64 [I, N]: one for each time that the batch is cut into
   *     consecutive slices, the same for every view
   * @param form how
   * @return a scalar
   * @throws IllegalArgumentException if the shapes do not fit, N is no multiple of the slice, or a
   *     slice cannot be whitened
   */
  public static Tensor loss(List<Tensor> views, Tensor permutations, Form form) {
    long n = views.get(0).size(0);
    long times = requirePermutations(permutations, n);
    requireSlices(n, form.sliceSize());
    Tensor order = permutations.reshape(-1);
    List<Tensor> shuffled = new ArrayList<>();
    for (Tensor view : views) {
      Rows.same("W-MSE", views.get(0), view);
      shuffled.add(view.indexSelect(0, order));
    }
    long d = views.get(0).size(1);
    // All slices of all views and permutations are one batch of small matrices.
    Tensor slices = Tensor.cat(shuffled, 0).reshape(-1, form.sliceSize(), d);
    Tensor white = Whitening.rows(slices, form.epsilon()).reshape(-1, d);
    List<Tensor> whitened = new ArrayList<>();
    for (int view = 0; view < views.size(); view++) {
      whitened.add(white.narrow(0, view * times * n, times * n));
    }
    return Pairs.mean(whitened, (a, b) -> NormalizedMse.loss(a, b, form.normalize()));
  }

  private static long requirePermutations(Tensor permutations, long n) {
    Shape shape = permutations.shape();
    if (shape.rank() != 2 || shape.size(0) == 0 || shape.size(1) != n) {
      throw new IllegalArgumentException(
          "W-MSE of " + n + " rows needs permutations [I, " + n + "], got " + shape);
    }
    return shape.size(0);
  }

  private static void requireSlices(long n, int sliceSize) {
    if (sliceSize < 2 || n % sliceSize != 0) {
      throw new IllegalArgumentException(
          "W-MSE cannot cut a batch of "
              + n
              + " into slices of "
              + sliceSize
              + ": take a batch that is a multiple of the slice");
    }
  }
}
