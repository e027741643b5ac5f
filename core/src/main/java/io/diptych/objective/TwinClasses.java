package io.diptych.objective;

import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Tensor;
import java.util.List;

/**
 * The twin class distributions of an image (Wang et al., "Self-supervised learning by estimating
 * twin class distributions", arXiv 2110.07402): a softmax turns each view into a distribution over
 * classes that nobody named. The distributions of two views shall agree, that of a sample shall be
 * sharp, and their mean over the batch flat.
 *
 * <p>With P the rows of one view, P̄ their mean, ε a small number inside of every logarithm:
 *
 * <pre>
 * KL(P, Q) = 1/N · Σₙ Σ_c P_nc · (log(P_nc + ε) − log(Q_nc + ε))     consistency
 * EH(P)    = −1/N · Σₙ Σ_c P_nc · log(P_nc + ε)                      sharpness
 * HE(P)    = −Σ_c P̄_c · log(P̄_c + ε)                                 diversity
 * </pre>
 */
public final class TwinClasses {
  private static final String NAME = "twin classes";
  private static final int GLOBAL = 2;

  private TwinClasses() {}

  /**
   * The three terms, each a scalar, none weighted: the loss is consistency + α · sharpness − β ·
   * diversity.
   *
   * @param consistency divergence between views, 0 if they agree
   * @param sharpness mean entropy of a sample, from 0 to log C
   * @param diversity entropy of the batch's mean, from 0 to log C
   */
  public record Terms(Tensor consistency, Tensor sharpness, Tensor diversity) {}

  /**
   * Returns KL(P, Q). Gradients flow into both.
   *
   * @param p distributions, [N, C]
   * @param q distributions of the same samples, [N, C]
   * @param epsilon ε, above 0
   */
  public static Tensor divergence(Tensor p, Tensor q, double epsilon) {
    Rows.same(NAME, p, q);
    return overRows(p.mul(log(p, epsilon).sub(log(q, epsilon))));
  }

  /**
   * Returns EH(P).
   *
   * @param p distributions, [N, C]
   * @param epsilon ε, above 0
   */
  public static Tensor sharpness(Tensor p, double epsilon) {
    return overRows(p.mul(log(p, epsilon))).neg();
  }

  /**
   * Returns HE(P).
   *
   * @param p distributions, [N, C]
   * @param epsilon ε, above 0
   */
  public static Tensor diversity(Tensor p, double epsilon) {
    Tensor mean = p.mean(0);
    return mean.mul(log(mean, epsilon)).sum().neg();
  }

  /**
   * Returns the means over the pairs of each of the first two views with every later one; two local
   * views are not compared. Gradients flow into both sides. The consistency is symmetric, ½ (KL(P,
   * Q) + KL(Q, P)), and takes the logits as they are; the entropies take them over the temperature.
   *
   * @param logits of each view, [N, C]; two global views, then any number of local ones
   * @param temperature τ, above 0
   * @param epsilon ε, above 0
   */
  public static Terms ofPairs(List<Tensor> logits, double temperature, double epsilon) {
    requireViews(logits);
    int views = logits.size();
    int pairs = GLOBAL * views - 3;
    List<Tensor> p = logits.stream().map(view -> view.softmax(1)).toList();
    List<Tensor> log = p.stream().map(view -> log(view, epsilon)).toList();
    Tensor consistency = zero(p.get(0));
    for (int i = 0; i < GLOBAL; i++) {
      for (int j = i + 1; j < views; j++) {
        // KL(P, Q) + KL(Q, P) = Σ (P − Q)(log P − log Q)
        Tensor both = p.get(i).sub(p.get(j)).mul(log.get(i).sub(log.get(j)));
        consistency = consistency.add(overRows(both));
      }
    }
    List<Tensor> sharpened = temperature == 1 ? p : soften(logits, temperature);
    Tensor sharpness = zero(consistency);
    Tensor diversity = zero(consistency);
    for (int view = 0; view < views; view++) {
      // A global view is in a pair with every other, a local one with two.
      double part = (view < GLOBAL ? views - 1.0 : GLOBAL) / (2 * pairs);
      sharpness = sharpness.add(sharpness(sharpened.get(view), epsilon).mul(part));
      diversity = diversity.add(diversity(sharpened.get(view), epsilon).mul(part));
    }
    return new Terms(consistency.div(2.0 * pairs), sharpness, diversity);
  }

  /**
   * Returns the terms with a teacher: the consistency is the mean of KL(T, S) over both teacher
   * views T and all other student views S; the entropies are means over the student's views. All
   * take the logits over the temperature. No gradient flows to the teacher.
   *
   * @param logits of each view by the student, [N, C]; two global views, then local ones
   * @param teacher logits of the two global views by the teacher, [N, C]
   * @param temperature τ, above 0
   * @param epsilon ε, above 0
   */
  public static Terms taught(
      List<Tensor> logits, List<Tensor> teacher, double temperature, double epsilon) {
    requireViews(logits);
    Rows.same(NAME + " with a teacher", logits.get(0), teacher.get(0));
    Rows.same(NAME + " with a teacher", logits.get(1), teacher.get(1));
    int views = logits.size();
    List<Tensor> student = soften(logits, temperature);
    List<Tensor> log = student.stream().map(view -> log(view, epsilon)).toList();
    Tensor consistency = zero(student.get(0));
    Tensor sharpness = zero(consistency);
    Tensor diversity = zero(consistency);
    for (int i = 0; i < GLOBAL; i++) {
      Tensor target = teacher.get(i).detach().div(temperature).softmax(1);
      Tensor own = log(target, epsilon);
      for (int j = 0; j < views; j++) {
        if (j != i) {
          consistency = consistency.add(overRows(target.mul(own.sub(log.get(j)))));
        }
      }
    }
    for (Tensor view : student) {
      sharpness = sharpness.add(sharpness(view, epsilon));
      diversity = diversity.add(diversity(view, epsilon));
    }
    return new Terms(
        consistency.div(2.0 * (views - 1)), sharpness.div(views), diversity.div(views));
  }

  /**
   * Returns the part of the samples whose most probable class is the same in two views, a scalar.
   *
   * @param first logits of one view, [N, C]
   * @param second logits of another, [N, C]
   */
  public static Tensor agreement(Tensor first, Tensor second) {
    return first.argmax(1).eq(second.argmax(1)).to(first.dtype()).mean();
  }

  private static void requireViews(List<Tensor> logits) {
    if (logits.size() < GLOBAL) {
      throw new IllegalArgumentException(
          "twin classes need two global views or more, got " + logits.size());
    }
    logits.forEach(view -> Rows.same(NAME, logits.get(0), view));
  }

  private static List<Tensor> soften(List<Tensor> logits, double temperature) {
    return logits.stream().map(view -> view.div(temperature).softmax(1)).toList();
  }

  private static Tensor log(Tensor p, double epsilon) {
    return p.add(epsilon).log();
  }

  private static Tensor overRows(Tensor values) {
    return values.sum(1).mean();
  }

  private static Tensor zero(Tensor like) {
    DType dtype = like.dtype();
    Device device = like.device();
    return Tensor.zeros(dtype, device);
  }
}
