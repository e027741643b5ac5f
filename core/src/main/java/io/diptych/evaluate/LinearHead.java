package io.diptych.evaluate;

import io.diptych.nn.Layer;
import io.diptych.optim.Optimizer;
import io.diptych.optim.Optimizers;
import io.diptych.optim.Schedule;
import io.diptych.option.Choice;
import io.diptych.tensor.Autograd;
import io.diptych.tensor.Functional;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;

/**
 * A classifier that learns by gradient descent on features, which stay as they are. What it
 * measures while it learns it measures of each batch before the step.
 */
final class LinearHead {
  private static final int FIVE = 5;

  private final Layer layer;
  private final Optimizer optimizer;
  private final Schedule schedule;
  private long steps;
  private double loss;
  private double top1;
  private double top5;
  private long samples;

  /**
   * What came of a pass over samples.
   *
   * @param loss mean cross-entropy over the samples
   * @param top1 the part whose class was the first, from 0 to 1
   * @param top5 the part whose class was among the first five
   */
  record Pass(double loss, double top1, double top5) {}

  /**
   * A head in training.
   *
   * @param layer takes [N, F] and gives [N, C]; initialised
   * @param optimizer a member of {@link Optimizers#FAMILY}
   * @param schedule the rate of each step
   */
  LinearHead(Layer layer, Choice optimizer, Schedule schedule) {
    this.layer = layer;
    this.optimizer = Optimizers.create(optimizer, layer.parameters());
    this.schedule = schedule;
  }

  /** Learns from a batch: features [N, F], labels int64 [N]. */
  void step(Tensor features, Tensor labels) {
    try (Scope scope = Scope.open()) {
      Tensor logits = layer.forward(features);
      Tensor error = Functional.crossEntropy(logits, labels);
      layer.clearGrad();
      error.backward();
      optimizer.step(schedule.at(steps));
      steps++;
      count(logits.detach(), labels, error.item());
    }
  }

  private void count(Tensor logits, Tensor labels, double error) {
    Outcome outcome = Outcome.of(logits, labels);
    loss += error * outcome.size();
    top1 += outcome.top(1) * outcome.size();
    top5 += outcome.top(FIVE) * outcome.size();
    samples += outcome.size();
  }

  /** Returns what the batches since the last call gave. */
  Pass endEpoch() {
    Pass pass = new Pass(loss / samples, top1 / samples, top5 / samples);
    loss = 0;
    top1 = 0;
    top5 = 0;
    samples = 0;
    schedule.epochEnded(pass.loss());
    return pass;
  }

  /** Returns the logits [N, C] of features [N, F]. */
  Tensor logits(Tensor features) {
    try (Scope scope = Scope.open();
        Autograd.Guard guard = Autograd.noGrad()) {
      return scope.escape(layer.forward(features));
    }
  }

  /** Returns how well features are classified. */
  Pass test(Tensor features, Tensor labels) {
    try (Scope scope = Scope.open()) {
      Tensor logits = logits(features);
      Outcome outcome = Outcome.of(logits, labels);
      double error = Functional.crossEntropy(logits, labels).item();
      return new Pass(error, outcome.top(1), outcome.top(FIVE));
    }
  }
}
