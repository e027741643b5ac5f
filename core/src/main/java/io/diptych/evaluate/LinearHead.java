package io.diptych.evaluate;

import io.diptych.nn.Layer;
import io.diptych.optim.Optimizers;
import io.diptych.optim.Schedule;
import io.diptych.option.Choice;
import io.diptych.tensor.Autograd;
import io.diptych.tensor.Functional;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.util.List;

/**
 * A classifier that learns by gradient descent: a layer on features, which stay as they are, or a
 * network that ends in one, on images. What it measures while it learns it measures of each batch
 * before the step.
 */
final class LinearHead implements AutoCloseable {
  private static final int FIVE = 5;

  private final Layer layer;
  private final Descent descent;
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
    this(
        layer,
        new Descent(List.of(Descent.Part.of(layer.parameters(), optimizer, List.of(), schedule))));
  }

  /**
   * A classifier in training.
   *
   * @param layer takes samples and gives [N, C]; initialised
   * @param descent how it learns
   */
  LinearHead(Layer layer, Descent descent) {
    this.layer = layer;
    this.descent = descent;
  }

  /** Learns from a batch: what the layer takes, and labels int64 [N]. */
  void step(Tensor features, Tensor labels) {
    try (Scope scope = Scope.open()) {
      Tensor logits = layer.forward(features);
      Tensor error = Functional.crossEntropy(logits, labels);
      layer.clearGrad();
      descent.step(error);
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
    descent.endEpoch(pass.loss());
    return pass;
  }

  /** Frees what the steps needed; the layer stays. */
  @Override
  public void close() {
    descent.close();
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
