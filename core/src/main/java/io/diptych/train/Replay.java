package io.diptych.train;

import io.diptych.method.Loss;
import io.diptych.method.Method;
import io.diptych.method.Step;
import io.diptych.nn.States;
import io.diptych.optim.GradientClip;
import io.diptych.tensor.Backend;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import io.diptych.view.Batch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A step that went wrong, made once more from its bundle, without the optimiser.
 *
 * @param step the step
 * @param failure what the run said of it
 * @param views what the network saw
 * @param weights parameters that are not finite; running statistics may be so from the step itself
 * @param rows what the loss compared
 * @param terms the terms of the loss; empty if it could not be computed
 * @param problem why not, or the method's explanation of a loss that is no number; may be empty
 * @param gradNorm norm of the gradient; NaN if there is none
 */
public record Replay(
    Step step,
    String failure,
    List<Summary> views,
    List<Summary> weights,
    List<Summary> rows,
    Map<String, Double> terms,
    String problem,
    double gradNorm) {
  /**
   * What a tensor holds, of its finite values.
   *
   * @param name of the tensor
   * @param shape as a text
   * @param min least value
   * @param mean mean value
   * @param max greatest value
   * @param notFinite how many values are NaN or infinite
   */
  public record Summary(
      String name, String shape, double min, double mean, double max, long notFinite) {
    static Summary of(String name, Tensor tensor) {
      double[] values = tensor.detach().to(DType.FLOAT64).toDoubleArray();
      double min = Double.POSITIVE_INFINITY;
      double max = Double.NEGATIVE_INFINITY;
      double sum = 0;
      long bad = 0;
      for (double value : values) {
        if (Double.isFinite(value)) {
          min = Math.min(min, value);
          max = Math.max(max, value);
          sum += value;
        } else {
          bad++;
        }
      }
      long good = values.length - bad;
      return good == 0
          ? new Summary(name, tensor.shape().toString(), Double.NaN, Double.NaN, Double.NaN, bad)
          : new Summary(name, tensor.shape().toString(), min, sum / good, max, bad);
    }
  }

  /** Returns whether the loss and its gradient are numbers this time. */
  public boolean isFinite() {
    return problem.isEmpty()
        && terms.values().stream().allMatch(Double::isFinite)
        && Double.isFinite(gradNorm);
  }

  /**
   * Makes the step. On another kind of device than the run's, dropout drops other values.
   *
   * @param bundle the checkpoint that a run left under {@code replay}
   * @param method of the same recipe, which takes on the bundle's state
   * @throws IllegalArgumentException if the bundle is none, or does not fit
   */
  public static Replay of(Checkpoint bundle, Method method, TrainSettings settings, Device device) {
    Step step =
        new Step(
            bundle.step(), bundle.whole(ReplayBundle.TOTAL), bundle.whole(ReplayBundle.PER_EPOCH));
    States.load("the bundle", method.network().state(), bundle.part(TrainState.NETWORK));
    States.load("the bundle", method.state(), bundle.part(TrainState.METHOD));
    Tensor generator = bundle.tensors().get(TrainState.generator(device));
    if (generator != null) {
      Backend.generatorState(device, generator);
    }
    method.network().train(true);
    try (Scope scope = Scope.open()) {
      Batch batch = batch(bundle, device);
      List<Summary> views = new ArrayList<>();
      for (int view = 0; view < batch.views().size(); view++) {
        views.add(Summary.of("view " + (view + 1), batch.views().get(view)));
      }
      List<Summary> weights = new ArrayList<>();
      method
          .network()
          .parameters()
          .forEach(
              (name, tensor) -> {
                if (tensor.isFinite().all().item() == 0) {
                  weights.add(Summary.of(name, tensor));
                }
              });
      Pass pass = new Pass(method, batch, step, settings, device);
      List<Summary> rows = new ArrayList<>();
      pass.leaves().tensors().forEach((name, tensor) -> rows.add(Summary.of(name, tensor)));
      Map<String, Double> terms = new LinkedHashMap<>();
      String problem = "";
      double gradNorm = Double.NaN;
      try {
        Loss loss = pass.compare();
        loss.terms().forEach((name, term) -> terms.put(name, term.item()));
        if (terms.values().stream().allMatch(Double::isFinite)) {
          pass.backward(loss, 1);
          gradNorm = GradientClip.norm(method.network().parameters().values()).item();
        } else {
          problem = method.explain(pass.leaves());
        }
      } catch (DivergedException e) {
        problem = String.valueOf(e.getMessage());
      }
      return new Replay(
          step, bundle.text(ReplayBundle.FAILURE), views, weights, rows, terms, problem, gradNorm);
    }
  }

  private static Batch batch(Checkpoint bundle, Device device) {
    List<Tensor> views = new ArrayList<>();
    while (bundle.tensors().containsKey(ReplayBundle.VIEW + views.size())) {
      views.add(tensor(bundle, ReplayBundle.VIEW + views.size()).to(device));
    }
    return new Batch(
        views,
        tensor(bundle, ReplayBundle.INDEX).to(device),
        tensor(bundle, ReplayBundle.LABEL).to(device));
  }

  private static Tensor tensor(Checkpoint bundle, String name) {
    return Objects.requireNonNull(bundle.tensors().get(name), name);
  }
}
