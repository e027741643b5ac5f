package io.diptych.objective;

import io.diptych.tensor.DType;
import io.diptych.tensor.Functional;
import io.diptych.tensor.Tensor;
import java.util.List;

/**
 * The normalised temperature-scaled cross-entropy (Chen et al., "A simple framework for contrastive
 * learning of visual representations", ICML 2020, equation 1).
 *
 * <p>With z the 2N rows of both views, s the cosine similarity, τ the temperature and j the other
 * view of row i:
 *
 * <pre>L = −1/2N · Σᵢ log( exp(s(zᵢ, zⱼ)/τ) / Σ_{k≠i} exp(s(zᵢ, z_k)/τ) )</pre>
 */
public final class NtXent {
  private NtXent() {}

  /**
   * Returns the loss of two views. Gradients flow into both.
   *
   * @param z1 embeddings of the first view, [N, D]
   * @param z2 embeddings of the second view, row by row of the same images, [N, D]
   * @param temperature τ, above 0
   * @param normalize whether rows are brought to length 1, so that products are cosines
   * @return a scalar, the mean over 2N rows; 0 for N = 1
   * @throws IllegalArgumentException if the shapes differ or are not matrices
   */
  public static Tensor loss(Tensor z1, Tensor z2, double temperature, boolean normalize) {
    long n = Rows.same("NT-Xent", z1, z2);
    Tensor rows = Tensor.cat(List.of(z1, z2), 0);
    Tensor z = normalize ? rows.normalize(1) : rows;
    Tensor logits = withoutDiagonal(z.matmul(z.t()).div(temperature));
    Tensor first = Tensor.arange(n, z.device());
    Tensor otherView = Tensor.cat(List.of(first.add((double) n), first), 0);
    return Functional.crossEntropy(logits, otherView);
  }

  /**
   * Returns the mean loss over all pairs of views.
   *
   * @param views at least two matrices [N, D]
   */
  public static Tensor overPairs(List<Tensor> views, double temperature, boolean normalize) {
    return Pairs.mean(views, (a, b) -> loss(a, b, temperature, normalize));
  }

  /**
   * Returns the one-directional variant that sums the cosines of both orders of a pair: with S =
   * z1·z2ᵀ, logits (S + Sᵀ − diag S)/τ, the target of row i is column i, and no pair within a view
   * is a negative.
   *
   * @param z1 embeddings of the first view, [N, D]
   * @param z2 embeddings of the second view, [N, D]
   * @param temperature τ, above 0
   * @return a scalar, the mean over N rows
   */
  public static Tensor oneDirectional(Tensor z1, Tensor z2, double temperature) {
    long n = Rows.same("NT-Xent", z1, z2);
    Tensor s = z1.normalize(1).matmul(z2.normalize(1).t());
    Tensor own = Tensor.eye(n, s.dtype(), s.device());
    Tensor logits = s.add(s.t()).sub(s.mul(own)).div(temperature);
    return Functional.crossEntropy(logits, Tensor.arange(n, s.device()));
  }

  /**
   * Returns the mean one-directional loss over all pairs of views.
   *
   * @param views at least two matrices [N, D]
   */
  public static Tensor oneDirectionalOverPairs(List<Tensor> views, double temperature) {
    return Pairs.mean(views, (a, b) -> oneDirectional(a, b, temperature));
  }

  private static Tensor withoutDiagonal(Tensor logits) {
    Tensor self = Tensor.eye(logits.size(0), DType.BOOL, logits.device());
    return logits.maskedFill(self, Double.NEGATIVE_INFINITY);
  }
}
