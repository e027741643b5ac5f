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
 * Layer-wise adaptive rates (You, Gitman and Ginsburg, "Large Batch Training of Convolutional
 * Networks", 2017): the step of each weight tensor p is made proportional to its norm. With the
 * gradient g, the decay λ and the trust coefficient η, the two forms in use differ in the ratio and
 * in what the momentum remembers:
 *
 * <ul>
 *   <li>{@link Form#NORM_OF_SUM}: d = (g + λ·p)·η‖p‖ / ‖g + λ·p‖, where a zero norm leaves d as it
 *       is; the momentum is that of d, and the step lr times the momentum.
 *   <li>{@link Form#SUM_OF_NORMS}: d = lr·(g + λ·p)·η‖p‖ / (‖g‖ + λ‖p‖), so that zero weights never
 *       move; the momentum is that of d, which has the rate of its time in it.
 * </ul>
 *
 * <p>Biases, norms and learnt tokens neither decay nor adapt unless asked for.
 */
public final class Lars implements Optimizer {
  /** Which of the two forms. */
  public enum Form {
    /** The form of Barlow Twins and its descendants. */
    NORM_OF_SUM,
    /** The form of the paper, and of TWIST. */
    SUM_OF_NORMS
  }

  /**
   * How the steps are made.
   *
   * @param lr base learning rate
   * @param momentum m
   * @param weightDecay λ
   * @param eta η
   * @param form which ratio and momentum
   * @param dampening the part of a step that momentum leaves out
   * @param nesterov whether the step looks ahead
   * @param biasLr rate of biases and norms, as a part of the rate
   * @param decayAll whether biases and norms decay too
   * @param adaptAll whether biases and norms adapt too
   * @param clip whether the ratio is a rate that the learning rate bounds
   */
  public record Settings(
      @Option(
              value = "0.2",
              range = "[0, inf)",
              doc = "base learning rate, which the schedule shapes")
          double lr,
      @Option(value = "0.9", range = "[0, 1)", doc = "momentum") double momentum,
      @Option(
              value = "0.000001",
              range = "[0, inf)",
              doc = "weight decay added to the gradient (L2)")
          double weightDecay,
      @Option(value = "0.001", range = "(0, inf)", doc = "trust coefficient") double eta,
      @Option(
              value = "norm-of-sum",
              doc = "ratio and momentum as in Barlow Twins (norm-of-sum) or TWIST (sum-of-norms)")
          Form form,
      @Option(
              value = "0",
              range = "[0, 1)",
              doc = "part of each step but the first that momentum leaves out")
          double dampening,
      @Option(value = "false", doc = "Nesterov momentum") boolean nesterov,
      @Option(
              value = "1",
              range = "[0, inf)",
              doc = "learning rate of biases and norms, as a part of the learning rate")
          double biasLr,
      @Option(
              value = "false",
              doc = "whether parameters of one dimension (biases, batch norms) decay as well")
          boolean decayAll,
      @Option(
              value = "false",
              doc = "whether parameters of one dimension (biases, batch norms) adapt as well")
          boolean adaptAll,
      @Option(
              value = "false",
              doc =
                  "take the ratio as a rate of its own, used where it is below the learning rate"
                      + " (LARC)")
          boolean clip)
      implements OptimizerSettings {
    /** Checks that Nesterov has momentum to look ahead by. */
    public Settings {
      if (nesterov && momentum == 0) {
        throw new OptionException("nesterov", "needs a momentum above 0");
      }
    }

    @Override
    public Optimizer create(Map<String, Tensor> parameters) {
      return new Lars(this, parameters);
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
  public Lars(Settings settings, Map<String, Tensor> parameters) {
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
      step(parameters.matrices(), true, true, learningRate, weightDecay, momentum);
      step(
          parameters.vectors(),
          settings.adaptAll(),
          settings.decayAll(),
          learningRate * settings.biasLr(),
          weightDecay,
          momentum);
    }
  }

  private void step(
      Parameters.Group group,
      boolean adapts,
      boolean decays,
      double rate,
      double weightDecay,
      double momentum) {
    if (group.isEmpty()) {
      return;
    }
    double decay = decays ? weightDecay : 0;
    if (settings.form() == Form.NORM_OF_SUM) {
      Foreach.add_(group.gradients(), group.values(), decay);
      if (adapts) {
        Foreach.mul_(group.gradients(), clipped(normOfSum(group), rate));
      }
      Foreach.add_(group.values(), buffers.directions(group, momentum), -rate);
      return;
    }
    if (adapts) {
      Tensor ratio = clipped(sumOfNorms(group, decay), rate).mul(rate);
      Foreach.add_(group.gradients(), group.values(), decay);
      Foreach.mul_(group.gradients(), ratio);
    } else {
      Foreach.add_(group.gradients(), group.values(), decay);
      Foreach.mul_(group.gradients(), rate);
    }
    Foreach.add_(group.values(), buffers.directions(group, momentum), -1);
  }

  /** Returns the ratio of each tensor, whose gradient includes the decay. */
  private Tensor normOfSum(Parameters.Group group) {
    Tensor weights = Foreach.norms(group.values());
    Tensor gradients = Foreach.norms(group.gradients());
    Tensor ratio = weights.mul(settings.eta()).div(gradients);
    return Tensor.where(weights.minimum(gradients).gt(0), ratio, ratio.mul(0).fill_(1));
  }

  /** Returns the ratio of each tensor, whose gradient does not include the decay yet. */
  private Tensor sumOfNorms(Parameters.Group group, double decay) {
    Tensor weights = Foreach.norms(group.values());
    Tensor norms = Foreach.norms(group.gradients()).add_(weights, decay);
    Tensor ratio = weights.mul(settings.eta()).div(norms);
    return Tensor.where(norms.gt(0), ratio, weights.mul(0));
  }

  /** Returns min(ratio / rate, 1) if the ratio shall not exceed the rate, so that rate · it is. */
  private Tensor clipped(Tensor ratio, double rate) {
    return settings.clip() && rate > 0 ? ratio.div(rate).clamp(0, 1) : ratio;
  }

  /** Returns the momentum of each parameter under {@code momentum.} and its name. */
  @Override
  public Map<String, Tensor> state() {
    return buffers.state();
  }
}
