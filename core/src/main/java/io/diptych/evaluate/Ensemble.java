package io.diptych.evaluate;

import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the exits of a trained encoder and its end say together: the mean of their scores (Bae et
 * al., "Self-contrastive learning", AAAI 2023, who take the mean of the logits). An encoder without
 * exits has no ensemble.
 */
final class Ensemble {
  /** The name in result files. */
  static final String NAME = "ensemble";

  private final long members;
  private long heard;
  private @Nullable Tensor sum;

  Ensemble(Subject subject) {
    members = subject.kinds().stream().filter(Subject.Kind::isTrained).count();
  }

  /**
   * Hears what the classifier of one kind of features says.
   *
   * @param scores [M, C]
   * @return the mean [M, C], once the last member has been heard
   */
  Optional<Tensor> hear(Subject.Kind kind, Tensor scores) {
    if (members < 2 || !kind.isTrained()) {
      return Optional.empty();
    }
    Tensor before = sum;
    Tensor now = Scope.keep(before == null ? scores.copy() : before.add(scores));
    sum = now;
    if (before != null) {
      before.close();
    }
    if (++heard < members) {
      return Optional.empty();
    }
    Tensor mean = now.div((double) members);
    now.close();
    sum = null;
    heard = 0;
    return Optional.of(mean);
  }
}
