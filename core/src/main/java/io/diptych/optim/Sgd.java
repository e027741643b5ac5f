package io.diptych.optim;

import io.diptych.option.Option;
import io.diptych.option.OptionException;
import io.diptych.option.Options;
import io.diptych.tensor.Autograd;
import io.diptych.tensor.Foreach;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.util.Map;

/**
 * Stochastic gradient descent with momentum, as PyTorch has it: g ← g + λ·p; μ ← m·μ + (1 −
 * dampening)·g, where the first g is taken undampened; p ← p − lr·μ, or with Nesterov p ← p − lr·(g
 * + m·μ). Updates are a few native calls over all parameters.
 */
public final class Sgd implements Optimizer {
  /**
   * How the steps are made.
   *
   * @param lr base learning rate
   * @param momentum m
   * @param weightDecay λ
   * @param dampening the part of a gradient that momentum leaves out
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
      @Option(
              value = "0",
              range = "[0, 1)",
              doc = "part of each gradient but the first that momentum leaves out")
          double dampening,
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

    @Override
    public Optimizer create(Map<String, Tensor> parameters) {
      return new Sgd(this, parameters);
    }
  }

  private final Settings settings;
  private final Parameters parameters;
  private final Momentum buffers;

  /**
   * Creates the optimiser.
   *
   * @param settings how the steps are made
   * @param parameters what it changes, by name
   */
  public Sgd(Settings settings, Map<String, Tensor> parameters) {
    this.settings = Options.check(settings);
    this.parameters = new Parameters(parameters);
    this.buffers =
        new Momentum(
            this.parameters, settings.momentum() > 0, settings.dampening(), settings.nesterov());
  }

  @Override
  public double weightDecay() {
    return settings.weightDecay();
  }

  @Override
  public double momentum() {
    return settings.momentum();
  }

  @Override
  public void step(double learningRate, double weightDecay, double momentum) {
    try (Scope scope = Scope.open();
        Autograd.Guard guard = Autograd.noGrad()) {
      if (weightDecay > 0) {
        Parameters.Group decayed = parameters.decayed(settings.decayAll());
        Foreach.add_(decayed.gradients(), decayed.values(), weightDecay);
      }
      Parameters.Group all = parameters.all();
      Foreach.add_(all.values(), buffers.directions(all, momentum), -learningRate);
    }
  }

  /** Returns the momentum of each parameter under {@code momentum.} and its name. */
  @Override
  public Map<String, Tensor> state() {
    return buffers.state();
  }
}
