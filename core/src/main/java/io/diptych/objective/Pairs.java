package io.diptych.objective;

import io.diptych.tensor.Tensor;
import java.util.List;
import java.util.Objects;
import java.util.function.BinaryOperator;

/** Losses over more than two views. */
final class Pairs {
  private Pairs() {}

  /** The loss of a pair of views. */
  interface Loss {
    Tensor of(int i, int j);
  }

  /** Returns the mean of a loss over all pairs i &lt; j of views. */
  static Tensor mean(List<Tensor> views, BinaryOperator<Tensor> loss) {
    return mean(views.size(), (i, j) -> loss.apply(views.get(i), views.get(j)));
  }

  /** Returns the mean of a loss over all pairs i &lt; j of so many views. */
  static Tensor mean(int views, Loss loss) {
    if (views < 2) {
      throw new IllegalArgumentException("at least two views are needed, got " + views);
    }
    Tensor sum = null;
    int pairs = 0;
    for (int i = 0; i < views; i++) {
      for (int j = i + 1; j < views; j++) {
        Tensor one = loss.of(i, j);
        sum = sum == null ? one : sum.add(one);
        pairs++;
      }
    }
    return Objects.requireNonNull(sum).div(pairs);
  }
}
