package io.diptych.objective;

import io.diptych.tensor.Autograd;
import io.diptych.tensor.Ranked;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;

/**
 * Instance discrimination in which every row has a temperature of its own: the one at which the
 * distribution over the other images has a given entropy. With s from {@link BankSimilarity} at
 * temperature 1, the temperature c solves H(c) = −Σ r·log(r + 10⁻⁷) with r ∝ exp(s/c) and r_y = 0.
 * It is found by bisection in 13 steps between 0.0006 and 10 and carries no gradient.
 */
public final class BankEntropy {
  private static final double MIDDLE = 5;
  private static final int STEPS = 13;
  private static final double EPSILON = 1e-7;

  /**
   * A loss and what it found on the way.
   *
   * @param loss a scalar
   * @param temperature c, [B, 1]
   * @param entropy H(c), [B, 1], in nats
   */
  public record Result(Tensor loss, Tensor temperature, Tensor entropy) {}

  /** Which entry of a ranked list counts as the own image when the entropy is measured. */
  public enum PositiveMask {
    /** The own image, wherever it ranks; none if it does not. */
    IDENTITY,
    /** The entry whose rank is the image's number, as the published code has it. */
    RANK
  }

  private BankEntropy() {}

  /**
   * Returns the loss over the whole bank: L = −1/B · Σᵢ log(softmax_j(s_ij/cᵢ)[y] + 10⁻⁷).
   *
   * @param target the entropy in nats, below the logarithm of N − 1
   */
  public static Result fixed(BankSimilarity s, double target) {
    Tensor images = Tensor.arange(s.all().size(1), s.all().device());
    return result(s.own(), s.all(), images.unsqueeze(0).eq(s.index()), target);
  }

  /**
   * Returns the loss over the K nearest images: L = −1/B · Σᵢ log(exp(s_iy/cᵢ) / Σ_{T_K} exp(s/cᵢ)
   * + 10⁻⁷), with the entropy measured over those.
   *
   * @param target the entropy in nats, below the logarithm of K − 1
   * @param background K
   * @param mask what counts as the own image in the entropy
   */
  public static Result hardFixed(
      BankSimilarity s, double target, long background, PositiveMask mask) {
    Ranked top = s.top(background);
    Tensor entries =
        mask == PositiveMask.IDENTITY
            ? top.indices()
            : Tensor.arange(background, top.indices().device()).unsqueeze(0);
    return result(s.own(), top.values(), entries.eq(s.index()), target);
  }

  private static Result result(Tensor own, Tensor s, Tensor positive, double target) {
    Tensor c;
    Tensor entropy;
    try (Scope scope = Scope.open();
        Autograd.Guard guard = Autograd.noGrad()) {
      Tensor others = s.detach().maskedFill(positive, Double.NEGATIVE_INFINITY);
      c = scope.escape(temperatures(others, target));
      entropy = scope.escape(entropy(others, c));
    }
    Tensor logRatio = own.div(c).sub(BankSoftmax.total(s.div(c)));
    return new Result(BankSoftmax.negativeLog(logRatio), c, entropy);
  }

  /** Bisects, [B, M] → [B, 1]. */
  private static Tensor temperatures(Tensor s, double target) {
    Tensor c = Tensor.full(MIDDLE, s.dtype(), s.device(), s.size(0), 1);
    double step = MIDDLE / 2;
    for (int i = 0; i < STEPS; i++) {
      Tensor up = entropy(s, c).lt(target).to(s.dtype());
      c = c.add(up.mul(2 * step).sub(step));
      step /= 2;
    }
    return c;
  }

  /** Returns H(c) of each row, [B, 1]. */
  private static Tensor entropy(Tensor s, Tensor c) {
    try (Scope scope = Scope.open()) {
      Tensor r = s.div(c).softmax(1);
      return scope.escape(r.add(EPSILON).log().mul_(r).sumKeep(1).neg());
    }
  }
}
