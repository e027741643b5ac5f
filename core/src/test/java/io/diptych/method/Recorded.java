package io.diptych.method;

import io.diptych.Golden;
import io.diptych.optim.Sgd;
import io.diptych.tensor.DType;
import io.diptych.tensor.Tensor;
import io.diptych.view.Batch;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Training of recorded cases, whose network is called {@code net} and whose head {@code linear}.
 */
final class Recorded {
  private Recorded() {}

  /** Gives a method's network the recorded start, in float64. */
  static void load(Golden golden, Method method) {
    method.network().to(DType.FLOAT64);
    Map<String, Tensor> values = new LinkedHashMap<>();
    for (String key : golden.root().required("inputs").propertyNames()) {
      if (key.startsWith("net.")) {
        values.put(ours(key), golden.input(key));
      }
    }
    method.network().load(values);
  }

  /** Makes the recorded steps and checks the loss of each. */
  static void train(Golden golden, Method method, Function<Step, Batch> batches) {
    double lr = golden.parameter("lr").asDouble();
    Sgd.Settings settings =
        new Sgd.Settings(
            lr,
            golden.parameter("sgd_momentum").asDouble(),
            golden.parameter("weight_decay").asDouble(),
            0,
            false,
            true);
    Sgd sgd = new Sgd(settings, method.network().parameters());
    int steps = golden.parameter("steps").asInt();
    double[] losses = new double[steps];
    for (int i = 0; i < steps; i++) {
      Step step = new Step(i, steps, steps);
      Tensor loss = method.compare(method.embed(batches.apply(step), step), step).total();
      loss.backward();
      losses[i] = loss.item();
      sgd.step(lr);
      method.network().clearGrad();
      method.update(step);
    }
    golden.checkEach("loss_per_step", Tensor.of(losses, steps));
  }

  /** Returns the name in our network of {@code net.body.weight}. */
  static String ours(String key) {
    String name = key.substring("net.".length());
    return name.startsWith("linear.")
        ? name.replaceFirst("linear", "projector")
        : Method.ENCODER + "." + name.replace("shortcut", "downsample");
  }
}
