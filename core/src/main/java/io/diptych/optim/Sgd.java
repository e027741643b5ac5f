package io.diptych.optim;

import io.diptych.option.Option;
import io.diptych.option.OptionException;
import io.diptych.option.Options;
import io.diptych.tensor.Autograd;
import io.diptych.tensor.Foreach;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Stochastic gradient descent with momentum, as PyTorch has it: g ← g + λ·p; μ ← m·μ + g; p ← p −
 * lr·μ, or with Nesterov p ← p − lr·(g + m·μ). Updates are a few native calls over all parameters.
 */
public final class Sgd implements Optimizer {
  /**
   * How the steps are made.
   *
   * @param lr base learning rate
   * @param momentum m
   * @param weightDecay λ
   * @param nesterov whether the step looks ahead
   * @param decayAll whether biases and norms decay too
   */
  public record Settings(
      @Option(
              value = "0.03",
              range = "[0, inf)",
              doc = "base learning rate, which the schedule shapes")
          double lr,
      @Option(value = "0.9", range = "[0, 1)", doc = "momentum") double momentum,
      @Option(value = "0.0001", range = "[0, inf)", doc = "weight decay added to the gradient (L2)")
          double weightDecay,
      @Option(value = "false", doc = "Nesterov momentum") boolean nesterov,
      @Option(
              value = "false",
              doc = "whether parameters of one dimension (biases, batch norms) decay as well")
          boolean decayAll)
      implements OptimizerSettings {
    /** Checks that Nesterov has momentum to look ahead by. */
    public Settings {
      if (nesterov && momentum == 0) {
        throw new OptionException("nesterov", "needs a momentum above 0");
      }
    }
  }

  private final Settings settings;
  private final Map<String, Tensor> parameters;
  private final Map<String, Tensor> momenta = new LinkedHashMap<>();

  /**
   * Creates the optimiser.
   *
   * @param settings how the steps are made
   * @param parameters what it changes, by name
   */
  public Sgd(Settings settings, Map<String, Tensor> parameters) {
    this.settings = Options.check(settings);
    this.parameters = new LinkedHashMap<>(parameters);
    if (settings.momentum() > 0) {
      parameters.forEach((name, p) -> momenta.put(name, Scope.keep(p.copy().fill_(0))));
    }
  }

  @Override
  public void step(double learningRate) {
    try (Scope scope = Scope.open();
        Autograd.Guard guard = Autograd.noGrad()) {
      List<Tensor> values = new ArrayList<>();
      List<Tensor> gradients = new ArrayList<>();
      List<Tensor> velocities = new ArrayList<>();
      List<Tensor> decayed = new ArrayList<>();
      List<Tensor> decayedGradients = new ArrayList<>();
      parameters.forEach(
          (name, parameter) -> {
            Tensor gradient = parameter.grad();
            if (gradient == null) {
              return;
            }
            values.add(parameter);
            gradients.add(gradient);
            Tensor velocity = momenta.get(name);
            velocities.add(velocity == null ? gradient : velocity);
            if (settings.decayAll() || parameter.rank() > 1) {
              decayed.add(parameter);
              decayedGradients.add(gradient);
            }
          });
      if (settings.weightDecay() > 0) {
        Foreach.add_(decayedGradients, decayed, settings.weightDecay());
      }
      if (settings.momentum() > 0) {
        Foreach.mul_(velocities, settings.momentum());
        Foreach.add_(velocities, gradients, 1);
        if (settings.nesterov()) {
          Foreach.add_(gradients, velocities, settings.momentum());
          Foreach.add_(values, gradients, -learningRate);
          return;
        }
      }
      Foreach.add_(values, velocities, -learningRate);
    }
  }

  /** Returns the momentum of each parameter under {@code momentum.} and its name. */
  @Override
  public Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    momenta.forEach((name, momentum) -> state.put("momentum." + name, momentum));
    return state;
  }
}
