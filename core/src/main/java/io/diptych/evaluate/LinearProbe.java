package io.diptych.evaluate;

import io.diptych.option.Option;
import io.diptych.option.OptionException;
import io.diptych.option.Options;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Linalg;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The linear probe: multinomial logistic regression on frozen features. The features are centred
 * and divided by their standard deviation over the whole training set, whose labels that does not
 * need, and then by one number that makes the mean squared length of a row 1; features that do not
 * vary count nothing. Then the mean cross-entropy plus λ/2 · ‖W‖² is minimised to convergence;
 * biases are free. Deterministic; computed in float64 on the processor.
 *
 * <p>Where λ is not given it is chosen from a grid by the cross-entropy of labelled training
 * samples that were held out: 5-fold cross-validation, or with more than 2,000 samples one fifth of
 * them. Test samples never take part.
 */
public final class LinearProbe implements AutoCloseable {
  /**
   * How the probe is fitted.
   *
   * @param labelsPerClass with how many labels
   * @param allLabels whether also with all
   * @param draws how often samples are drawn
   * @param seed of the draws and folds
   * @param lambda the penalty, or null to choose it
   * @param tolerance when a fit has converged
   * @param maxIterations when a fit ends anyway
   */
  public record Settings(
      @Option(
              value = "[5, 10, 50]",
              range = "[1, inf)",
              doc = "labelled samples of each class; every number is measured on its own")
          List<Integer> labelsPerClass,
      @Option(value = "true", doc = "measure with all labels, too") boolean allLabels,
      @Option(
              value = "5",
              range = "[1, 1000]",
              doc = "random draws of the few labelled samples, averaged")
          int draws,
      @Option(value = "0", doc = "seed of the draws and of the folds of cross-validation")
          long seed,
      @Option(
              value = "null",
              range = "(0, inf)",
              doc =
                  "weight of the L2 penalty; null: chosen for each draw by cross-validation on its"
                      + " training samples")
          @Nullable Double lambda,
      @Option(
              value = "1e-4",
              range = "(0, 1)",
              doc = "a fit ends when no entry of the scaled gradient is larger")
          double tolerance,
      @Option(value = "500", range = "[1, inf)", doc = "steps after which a fit ends anyway")
          int maxIterations) {
    /** Checks that there is something to measure. */
    public Settings {
      labelsPerClass = List.copyOf(labelsPerClass);
      if (labelsPerClass.isEmpty() && !allLabels) {
        throw new OptionException(
            "labels_per_class", "must name a number of labels, or all_labels be true");
      }
    }
  }

  /**
   * A fitted probe; its tensors belong to the scope that was open.
   *
   * @param weight float64 [F, C], for standardised features
   * @param bias float64 [C]
   * @param lambda the penalty
   * @param gradientNorm largest absolute entry of the scaled gradient at the end
   * @param iterations steps taken
   */
  public record Model(
      Tensor weight, Tensor bias, double lambda, double gradientNorm, int iterations) {}

  private final Settings settings;
  private final Tensor mean;
  private final Tensor factor;
  private final Tensor rows;
  private final Tensor labels;
  private final int classes;
  private final Watch watch;

  private LinearProbe(
      Settings settings,
      Tensor mean,
      Tensor factor,
      Tensor rows,
      Tensor labels,
      int classes,
      Watch watch) {
    this.settings = settings;
    this.mean = Scope.keep(mean);
    this.factor = Scope.keep(factor);
    this.rows = Scope.keep(rows);
    this.labels = Scope.keep(labels);
    this.classes = classes;
    this.watch = watch;
  }

  /**
   * Takes the training set, which it copies.
   *
   * @param settings how to fit
   * @param features floating point [N, F]
   * @param labels int64 [N], from 0 to classes − 1
   * @param classes the number of classes
   * @return the probe, to be closed
   * @throws IllegalArgumentException if the sizes differ or a label is out of range
   */
  public static LinearProbe of(Settings settings, Tensor features, Tensor labels, int classes) {
    return of(settings, features, labels, classes, Watch.NONE);
  }

  static LinearProbe of(
      Settings settings, Tensor features, Tensor labels, int classes, Watch watch) {
    Options.check(settings);
    if (features.rank() != 2 || features.numel() == 0 || features.size(0) != labels.numel()) {
      throw new IllegalArgumentException(
          "features must be [N, F] with N labels, were "
              + features.shape()
              + " with labels "
              + labels.shape());
    }
    Labels.requireInRange(labels, classes);
    try (Scope scope = Scope.open()) {
      Tensor raw = features.to(Device.CPU).to(DType.FLOAT64);
      Tensor mean = raw.meanKeep(0);
      Tensor std = raw.stdKeep(false, 0);
      // What rounding leaves of a constant is not a feature.
      Tensor varies = mean.abs().mul(1e-6).add(1e-30).lt(std);
      Tensor inverse = Tensor.where(varies, std.reciprocal(), std.mul(0));
      double kept = Math.max(1, varies.to(DType.INT64).sum().item());
      Tensor factor = inverse.div(Math.sqrt(kept)); // each kept feature has mean square 1
      return new LinearProbe(
          settings,
          mean,
          factor,
          raw.sub(mean).mul(factor),
          labels.to(Device.CPU).copy(),
          classes,
          watch);
    }
  }

  /**
   * Fits on all training samples.
   *
   * @return the fitted probe
   */
  public Model fit() {
    return fit(rows, labels);
  }

  /**
   * Fits on some of the training samples.
   *
   * @param samples their places
   * @return the fitted probe
   */
  public Model fit(long[] samples) {
    try (Scope scope = Scope.open()) {
      Tensor index = Tensor.of(samples, samples.length);
      Model model = fit(rows.indexSelect(0, index), labels.indexSelect(0, index));
      scope.escape(model.weight());
      scope.escape(model.bias());
      return model;
    }
  }

  /**
   * What a fitted probe says of other samples.
   *
   * @param model the fitted probe
   * @param features [M, F], as they were given for training
   * @return float64 [M, C], the logits of the classes
   */
  public Tensor logits(Model model, Tensor features) {
    try (Scope scope = Scope.open()) {
      Tensor raw = features.to(Device.CPU).to(DType.FLOAT64);
      Tensor standard = raw.sub(mean).mul(factor);
      return scope.escape(standard.matmul(model.weight()).add(model.bias()));
    }
  }

  private Model fit(Tensor samples, Tensor targets) {
    try (Scope scope = Scope.open()) {
      Tensor basis = principalDirections(samples);
      int[] wanted = Arrays.stream(targets.toLongArray()).mapToInt(Math::toIntExact).toArray();
      Softmax softmax = new Softmax(samples.matmul(basis).toDoubleArray(), wanted, classes, watch);
      Double given = settings.lambda();
      double lambda =
          given == null ? Penalty.choose(softmax, wanted, classes, settings.seed()) : given;
      int[] all = IntStream.range(0, wanted.length).toArray();
      Softmax.Fit fit =
          softmax.fit(all, lambda, null, settings.tolerance(), settings.maxIterations());
      long width = basis.size(1);
      Tensor weights = Tensor.of(fit.weights(), classes, width + 1);
      return new Model(
          scope.escape(basis.matmul(weights.narrow(1, 0, width).t())),
          scope.escape(weights.select(1, width).copy()),
          lambda,
          fit.gradientNorm(),
          fit.iterations());
    }
  }

  /**
   * An orthonormal basis [F, min(N, F)] of the space of the samples, in which the solution lies, as
   * the penalty does not change under rotation.
   */
  private static Tensor principalDirections(Tensor samples) {
    boolean isWide = samples.size(0) < samples.size(1);
    Linalg.Svd svd = Linalg.svd(isWide ? samples : samples.t().matmul(samples));
    return svd.vh().t();
  }

  /** Frees the training set. */
  @Override
  public void close() {
    mean.close();
    factor.close();
    rows.close();
    labels.close();
  }
}
