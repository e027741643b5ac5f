package io.diptych.method;

import io.diptych.optim.Optimizer;
import io.diptych.tensor.Tensor;
import io.diptych.view.Batch;
import java.util.List;

/** A step of training without the loop around it. */
final class OneStep {
  private OneStep() {}

  static Batch batch(List<Tensor> views) {
    long n = views.get(0).size(0);
    Tensor none = Tensor.of(new long[(int) n], n);
    return new Batch(views, none, none);
  }

  /** Embeds, compares, goes backward, changes the weights and updates; returns the loss. */
  static double make(Method method, Optimizer optimizer, double lr, List<Tensor> views, Step step) {
    Tensor loss = method.compare(method.embed(batch(views), step), step).total();
    loss.backward();
    optimizer.step(lr);
    method.network().clearGrad();
    method.update(step);
    return loss.item();
  }
}
