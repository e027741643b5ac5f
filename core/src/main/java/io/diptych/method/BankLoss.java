package io.diptych.method;

import io.diptych.objective.BankEntropy;
import io.diptych.objective.BankMargin;
import io.diptych.objective.BankSimilarity;
import io.diptych.objective.BankSoftmax;
import io.diptych.tensor.Tensor;
import java.util.Locale;

/** The losses of instance discrimination. */
public enum BankLoss {
  /** {@link BankSoftmax#full}. */
  INSD,
  /** {@link BankSoftmax#odds}. */
  RATIO,
  /** {@link BankSoftmax#hardNegatives}. */
  HARD_NEG,
  /** {@link BankSoftmax#ring}. */
  RING,
  /** {@link #RING} in even steps, from 0, and {@link #HARD_NEG} in odd ones. */
  ALTERNATING_RING,
  /** {@link BankMargin#single}. */
  SINGLE,
  /** {@link BankMargin#flat}. */
  FLAT,
  /** {@link BankMargin#hardFlat}. */
  HARD_FLAT,
  /** {@link BankEntropy#fixed}. */
  FIX_ENTROPY,
  /** {@link BankEntropy#hardFixed}. */
  HARD_FIX_ENTROPY;

  /** Returns whether it looks at the nearest images only, whose number is the background. */
  boolean ranks() {
    return switch (this) {
      case HARD_NEG, RING, ALTERNATING_RING, HARD_FLAT, HARD_FIX_ENTROPY -> true;
      case INSD, RATIO, SINGLE, FLAT, FIX_ENTROPY -> false;
    };
  }

  /** Returns the temperature at which it takes similarities. */
  double temperature(InstanceDiscrimination.Settings settings) {
    return switch (this) {
      case INSD, RATIO, HARD_NEG, RING, ALTERNATING_RING -> settings.temperature();
      case SINGLE, FLAT, HARD_FLAT, FIX_ENTROPY, HARD_FIX_ENTROPY -> 1;
    };
  }

  /** Returns the loss under its name, with what is worth a look. */
  Loss of(BankSimilarity l, InstanceDiscrimination.Settings settings, Step step) {
    int background = settings.background();
    int positives = settings.potentialPositives();
    double entropy = settings.entropy();
    return switch (this) {
      case INSD -> term(BankSoftmax.full(l));
      case RATIO -> term(BankSoftmax.odds(l));
      case HARD_NEG -> term(BankSoftmax.hardNegatives(l, background));
      case RING -> term(BankSoftmax.ring(l, positives, background));
      case ALTERNATING_RING ->
          term(
              step.number() % 2 == 0
                  ? BankSoftmax.ring(l, positives, background)
                  : BankSoftmax.hardNegatives(l, background));
      case SINGLE -> term(BankMargin.single(l));
      case FLAT -> term(BankMargin.flat(l));
      case HARD_FLAT -> term(BankMargin.hardFlat(l, background));
      case FIX_ENTROPY -> term(BankEntropy.fixed(l, entropy));
      case HARD_FIX_ENTROPY ->
          term(BankEntropy.hardFixed(l, entropy, background, settings.positiveMask()));
    };
  }

  private Loss term(Tensor value) {
    return Loss.of(name().toLowerCase(Locale.ROOT), value);
  }

  private Loss term(BankEntropy.Result result) {
    return term(result.loss())
        .tracking("temperature", result.temperature().mean())
        .tracking("entropy", result.entropy().mean());
  }
}
