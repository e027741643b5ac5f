package io.diptych.objective;

import io.diptych.tensor.Tensor;

/**
 * Knowledge distillation (Hinton, Vinyals and Dean, "Distilling the knowledge in a neural network",
 * 2015, section 2): the cross-entropy between softened predictions. With t the logits of the
 * teacher, s those of the student, and temperature τ:
 *
 * <pre>L = −τ² · mean over rows of Σ_k softmax(t/τ)_k · log softmax(s/τ)_k</pre>
 */
public final class Distillation {
  private Distillation() {}

  /**
   * Returns the loss. No gradient flows into the teacher.
   *
   * @param student logits, [N, classes]
   * @param teacher logits, [N, classes]
   * @param temperature τ, above 0
   * @return a scalar; least, but not 0, where both predict the same
   * @throws IllegalArgumentException if the shapes differ or are not matrices
   */
  public static Tensor loss(Tensor student, Tensor teacher, double temperature) {
    Rows.same("distillation", student, teacher);
    Tensor wanted = teacher.detach().div(temperature).softmax(1);
    Tensor predicted = student.div(temperature).logSoftmax(1);
    return wanted.mul(predicted).sum(1).mean().mul(-temperature * temperature);
  }
}
