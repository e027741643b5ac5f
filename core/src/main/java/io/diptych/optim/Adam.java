package io.diptych.optim;

import io.diptych.option.Option;
import io.diptych.option.Options;
import io.diptych.tensor.Autograd;
import io.diptych.tensor.Foreach;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.util.Map;

/**
 * Adam (Kingma and Ba, ICLR 2015) as PyTorch has it: g ← g + λ·p, then the step of {@link Moments}.
 * As the decay passes through the division, it is not proportional to the weights; see {@link
 * AdamW}.
 */
public final class Adam implements Optimizer {
  /**
   * How the steps are made.
   *
   * @param lr base learning rate
   * @param beta1 β₁, how slowly the average of the gradients moves
   * @param beta2 β₂, how slowly the average of their squares moves
   * @param epsilon ε, added to the root of the average square
   * @param weightDecay λ
   * @param decayAll whether biases and norms decay too
   */
  public record Settings(
      @Option(
              value = "0.001",
              range = "[0, inf)",
              doc = "base learning rate, which the schedule shapes")
          double lr,
      @Option(value = "0.9", range = "[0, 1)", doc = "inertia of the average gradient")
          double beta1,
      @Option(value = "0.999", range = "[0, 1)", doc = "inertia of the average squared gradient")
          double beta2,
      @Option(
              value = "1e-8",
              range = "(0, inf)",
              doc = "added to the root of the average square, against division by zero")
          double epsilon,
      @Option(value = "0", range = "[0, inf)", doc = "weight decay added to the gradient (L2)")
          double weightDecay,
      @Option(
              value = "false",
              doc = "whether parameters of one dimension (biases, batch norms) decay as well")
          boolean decayAll)
      implements OptimizerSettings {
    @Override
    public Optimizer create(Map<String, Tensor> parameters) {
      return new Adam(this, parameters);
    }
  }

  private final Settings settings;
  private final Parameters parameters;
  private final Moments moments;

  /**
   * Creates the optimiser.
   *
   * @param settings how the steps are made
   * @param parameters what it changes, by name
   */
  public Adam(Settings settings, Map<String, Tensor> parameters) {
    this.settings = Options.check(settings);
    this.parameters = new Parameters(parameters);
    this.moments = new Moments(this.parameters, settings.beta2(), settings.epsilon());
  }

  @Override
  public double weightDecay() {
    return settings.weightDecay();
  }

  @Override
  public double momentum() {
    return settings.beta1();
  }

  @Override
  public void step(double learningRate, double weightDecay, double beta1) {
    try (Scope scope = Scope.open();
        Autograd.Guard guard = Autograd.noGrad()) {
      if (weightDecay > 0) {
        Parameters.Group decayed = parameters.decayed(settings.decayAll());
        Foreach.add_(decayed.gradients(), decayed.values(), weightDecay);
      }
      moments.step(parameters.all(), learningRate, beta1);
    }
  }

  /** Returns the moving averages of each parameter, and how many steps it made. */
  @Override
  public Map<String, Tensor> state() {
    return moments.state();
  }
}
