package io.diptych.train;

import io.diptych.method.Method;
import io.diptych.nn.Layer;
import io.diptych.nn.Linear;
import io.diptych.nn.Module;
import io.diptych.nn.Stateful;
import io.diptych.optim.Optimizer;
import io.diptych.optim.Sgd;
import io.diptych.option.Options;
import io.diptych.tensor.Autograd;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Functional;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import io.diptych.view.Batch;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A linear classifier that learns beside the encoder, on the features it gives each batch's first
 * view. The encoder passes them in evaluation mode and without a graph: its gradients, running
 * statistics and random draws are those of a run without a probe. Images without a label are left
 * out.
 */
final class Probe implements Stateful {
  private static final long SEED = 0;

  private final Layer encoder;
  private final Linear head;
  private final Optimizer optimizer;
  private final double learningRate;

  Probe(ProbeSettings settings, Method method, int classes, Device device) {
    this.encoder = method.encoder();
    this.head = new Linear(method.encoder().width(), classes, true);
    head.initialize(SEED, "probe.");
    head.to(device);
    this.learningRate = settings.linearLr();
    this.optimizer =
        new Sgd(Options.defaults(Sgd.Settings.class, Map.of("weight_decay", 0)), head.parameters());
  }

  /** Makes a step of the classifier, and returns its loss and accuracy before it. */
  Map<String, Tensor> learn(Batch batch) {
    try (Scope scope = Scope.open()) {
      long[] labels = batch.label().toLongArray();
      long[] known =
          IntStream.range(0, labels.length).filter(i -> labels[i] >= 0).asLongStream().toArray();
      if (known.length == 0) {
        return Map.of();
      }
      Tensor labelled = Tensor.of(known, known.length).to(batch.label().device());
      Tensor label = batch.label().indexSelect(0, labelled);
      Tensor logits = head.forward(features(batch.views().get(0)).indexSelect(0, labelled));
      Tensor loss = Functional.crossEntropy(logits, label);
      loss.backward();
      optimizer.step(learningRate);
      head.clearGrad();
      Map<String, Tensor> measures = new LinkedHashMap<>();
      measures.put("probe_loss", scope.escape(loss.detach()));
      measures.put("probe_top1", scope.escape(logits.argmax(1).eq(label).to(DType.FLOAT32).mean()));
      return measures;
    }
  }

  private Tensor features(Tensor view) {
    Map<Module, Boolean> modes = new LinkedHashMap<>();
    encoder.modules().forEach(module -> modes.put(module, module.isTraining()));
    encoder.train(false);
    try (Autograd.Guard guard = Autograd.noGrad()) {
      return encoder.forward(view).to(DType.FLOAT32);
    } finally {
      modes.forEach(Module::train); // Outer modules come first.
    }
  }

  /** Returns the classifier's weights and momenta. */
  @Override
  public Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>(head.state());
    optimizer.state().forEach((name, tensor) -> state.put("optimizer." + name, tensor));
    return state;
  }
}
