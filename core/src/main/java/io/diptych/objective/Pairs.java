package io.diptych.objective;

import io.diptych.tensor.Tensor;
import java.util.List;
import java.util.Objects;
import java.util.function.BinaryOperator;

/** Losses over more than two views. */
final class Pairs {
  private Pairs() {}

  /** Returns the mean of a loss over all pairs i &lt; j of views. */
  static Tensor mean(List<Tensor> views, BinaryOperator<Tensor> loss) {
    if (views.size() < 2) {
      throw new IllegalArgumentException("at least two views are needed, got " + views.size());
    }
    Tensor sum = null;
    int pairs = 0;
    for (int i = 0; i < views.size(); i++) {
      for (int j = i + 1; j < views.size(); j++) {
        Tensor one = loss.apply(views.get(i), views.get(j));
        sum = sum == null ? one : sum.add(one);
        pairs++;
      }
    }
    return Objects.requireNonNull(sum).div(pairs);
  }
}
