package io.diptych.evaluate;

import io.diptych.nn.Initializer;
import io.diptych.nn.Linear;
import io.diptych.optim.Optimizers;
import io.diptych.optim.Schedule;
import io.diptych.option.Choice;
import io.diptych.option.Option;
import io.diptych.option.OptionException;
import io.diptych.option.Presets;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import io.diptych.train.DivergedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The linear evaluation of the published programs: a linear classifier that learns by gradient
 * descent, on features computed once or on those of newly augmented images. Several base rates are
 * learnt at once, on the same batches; the one that does best in the last epoch on held-out
 * training samples is then learnt on all of them. Test samples choose nothing.
 */
public final class LinearSgd {
  private static final String HEAD = "head.";

  /**
   * How the classifier learns.
   *
   * @param epochs passes over the training samples
   * @param batchSize samples of a step; the last batch of an epoch may be smaller
   * @param optimizer how the weights change
   * @param schedule how the rate changes
   * @param rates base rates to choose from
   * @param heldOut the part of the training samples by which the rate is chosen
   * @param seed of weights, orders and views
   * @param weightStd deviation of the weights at the start
   * @param augment what is made of the images in each epoch
   * @param batchNorm what batch norms of the encoder normalise by meanwhile
   */
  @Presets("linear-sgd-presets.yaml")
  public record Settings(
      @Option(value = "100", range = "[1, inf)", doc = "passes over the training images")
          int epochs,
      @Option(value = "256", range = "[1, inf)", doc = "images of one step") int batchSize,
      @Option(
              value = "{name: sgd, lr: 0.2, weight_decay: 0}",
              family = "optimizer",
              doc = "how the weights change")
          Choice optimizer,
      @Option(
              value = "{name: cosine, every: epoch}",
              family = "schedule",
              doc = "how the learning rate changes")
          Choice schedule,
      @Option(
              value = "[]",
              range = "(0, inf)",
              doc =
                  "base rates that learn at once, of which held-out training images choose one;"
                      + " none: the optimizer's")
          List<Double> rates,
      @Option(
              value = "0.1",
              range = "(0, 1)",
              doc = "part of the training images that is held out to choose the rate")
          double heldOut,
      @Option(value = "0", doc = "seed of weights, orders, views and of what is held out")
          long seed,
      @Option(
              value = "null",
              range = "(0, inf)",
              doc =
                  "standard deviation of the normal weights at the start, with biases of 0; null:"
                      + " uniform weights and biases as PyTorch's")
          @Nullable Double weightStd,
      @Option(
              value = "null",
              family = "augmentation",
              doc =
                  "augmentations by which the trained encoder sees the training images anew in each"
                      + " epoch, without normalize; null: features of the images as they are,"
                      + " computed once")
          @Nullable List<Choice> augment,
      @Option(
              value = "running",
              doc =
                  "what batch norms of the encoder normalise new images by: running, their"
                      + " statistics of pretraining; batch, those of each batch, while the running"
                      + " ones drift to the new images and serve the test images")
          BatchNorms batchNorm) {
    /** Copies the lists, and checks what goes together. */
    public Settings {
      rates = List.copyOf(rates);
      augment = augment == null ? null : NewViews.checked(augment);
      if (batchNorm == BatchNorms.BATCH && augment == null) {
        throw new OptionException(
            "batch_norm", "batch needs augment, as features computed once come from no batches");
      }
      if (batchNorm == BatchNorms.BATCH && batchSize == 1) {
        throw new OptionException(
            "batch_size",
            "must be 2 at least with batch_norm batch, which normalises by the batch");
      }
      if (batchNorm == BatchNorms.BATCH && rates.size() > 1) {
        throw new OptionException(
            "rates",
            "with batch_norm batch there can be one, as test images are met only after it");
      }
    }
  }

  /** What batch norms of the encoder normalise new images by. */
  public enum BatchNorms {
    /** Their running statistics. */
    RUNNING,
    /** The statistics of each batch, to which the running ones drift. */
    BATCH
  }

  /**
   * A classifier that has learnt.
   *
   * @param rate its base rate
   * @param last what it makes of the test samples after the last epoch: the result
   * @param logits of the test samples after the last epoch [M, C], in the scope that was open
   * @param best the best accuracy after any epoch, which knows the test samples: no result
   * @param heldOut the accuracy of each rate on the held-out samples; empty for a single rate
   */
  record Result(double rate, Outcome last, Tensor logits, double best, List<Double> heldOut) {}

  private final Settings settings;
  private final Tensor features;
  private final TrainingRows rows;
  private final Tensor labels;
  private final int classes;
  private final Watch watch;

  /**
   * An evaluation.
   *
   * @param features float32 [N, F] of the training samples as they are
   * @param rows what is learnt from
   * @param labels int64 [N]
   */
  LinearSgd(
      Settings settings,
      Tensor features,
      TrainingRows rows,
      Tensor labels,
      int classes,
      Watch watch) {
    if (features.rank() != 2 || features.numel() == 0 || features.size(0) != labels.numel()) {
      throw new IllegalArgumentException(
          "features must be [N, F] with N labels, were "
              + features.shape()
              + " with labels "
              + labels.shape());
    }
    Labels.requireInRange(labels, classes);
    this.settings = settings;
    this.features = features;
    this.rows = rows;
    this.labels = labels.to(features.device());
    this.classes = classes;
    this.watch = watch;
  }

  /**
   * Learns, and classifies test samples.
   *
   * @param test gives their features [M, F], asked after each epoch
   * @param testLabels int64 [M]
   */
  Result run(Supplier<Tensor> test, Tensor testLabels) {
    long[] all = keyed("held out").permutation((int) features.size(0));
    List<Double> rates =
        settings.rates().isEmpty()
            ? List.of(Optimizers.settings(settings.optimizer()).lr())
            : settings.rates();
    List<Double> heldOut = new ArrayList<>();
    if (rates.size() > 1) {
      heldOut.addAll(choose(rates, all));
    }
    double rate = heldOut.isEmpty() ? rates.get(0) : rates.get(best(heldOut));
    Arrays.sort(all);
    Linear layer = layer();
    try (Scope scope = Scope.open();
        LinearHead head = head(layer, rate, all.length)) {
      Exam exam = new Exam(head, test, testLabels.to(features.device()));
      double loss = learn(List.of(head), all, exam::sit).get(0).loss();
      if (!Double.isFinite(loss)) {
        throw diverged(List.of(rate));
      }
      Tensor logits = scope.escape(exam.logits());
      return new Result(rate, Outcome.of(logits, exam.targets), logits, exam.best, heldOut);
    } finally {
      free(layer);
    }
  }

  private static DivergedException diverged(List<Double> rates) {
    return new DivergedException(
        "linear-sgd diverged at rate "
            + rates.stream().map(String::valueOf).collect(Collectors.joining(" and "))
            + ": the loss is no number any more; take a smaller one"
            + " (evaluate.linear_sgd.optimizer.lr or .rates)");
  }

  /** What a classifier makes of test samples after each epoch. */
  private static final class Exam {
    private final LinearHead head;
    private final Supplier<Tensor> test;
    private final Tensor targets;
    private double best;
    private @Nullable Tensor logits;

    Exam(LinearHead head, Supplier<Tensor> test, Tensor targets) {
      this.head = head;
      this.test = test;
      this.targets = targets;
    }

    void sit() {
      if (logits != null) {
        logits.close();
      }
      try (Scope scope = Scope.open()) {
        Tensor last = scope.escape(head.logits(test.get()));
        logits = last;
        best = Math.max(best, Outcome.of(last, targets).accuracy());
      }
    }

    Tensor logits() {
      return Objects.requireNonNull(logits, "there is an epoch at least");
    }
  }

  private List<Double> choose(List<Double> rates, long[] shuffled) {
    int held = (int) Math.round(settings.heldOut() * shuffled.length);
    if (held == 0 || held == shuffled.length) {
      throw new IllegalArgumentException(
          "evaluate.linear_sgd.held_out: "
              + settings.heldOut()
              + " of "
              + shuffled.length
              + " training images leaves none to "
              + (held == 0 ? "choose by" : "learn from"));
    }
    long[] rest = Arrays.copyOfRange(shuffled, held, shuffled.length);
    Arrays.sort(rest);
    try (Scope scope = Scope.open()) {
      Tensor judges = index(shuffled, 0, held);
      Tensor judged = features.indexSelect(0, judges);
      Tensor targets = labels.indexSelect(0, judges);
      List<Linear> layers = rates.stream().map(rate -> layer()).toList();
      List<LinearHead> heads = new ArrayList<>();
      try {
        for (int i = 0; i < layers.size(); i++) {
          heads.add(head(layers.get(i), rates.get(i), rest.length));
        }
        List<LinearHead.Pass> last = learn(heads, rest, () -> {});
        if (last.stream().noneMatch(pass -> Double.isFinite(pass.loss()))) {
          throw diverged(rates);
        }
        return heads.stream().map(head -> head.test(judged, targets).top1()).toList();
      } finally {
        heads.forEach(LinearHead::close);
        layers.forEach(LinearSgd::free);
      }
    }
  }

  /** Returns what the last epoch gave for each head. */
  private List<LinearHead.Pass> learn(List<LinearHead> heads, long[] samples, Runnable endOfEpoch) {
    List<LinearHead.Pass> last = List.of();
    for (int epoch = 0; epoch < settings.epochs(); epoch++) {
      watch.at("linear-sgd", epoch, settings.epochs());
      long[] order = order(samples, epoch);
      try (TrainingRows.Pass pass = rows.pass(order, settings.batchSize(), epoch)) {
        for (int at = 0; at < order.length; at += settings.batchSize()) {
          watch.check();
          try (Scope scope = Scope.open()) {
            Tensor batch = index(order, at, Math.min(order.length, at + settings.batchSize()));
            Tensor inputs = pass.next(batch);
            Tensor targets = labels.indexSelect(0, batch);
            heads.forEach(head -> head.step(inputs, targets));
          }
        }
      }
      last = heads.stream().map(LinearHead::endEpoch).toList();
      endOfEpoch.run();
    }
    watch.at("linear-sgd", settings.epochs(), settings.epochs());
    return last;
  }

  /** The samples of an epoch, newly shuffled. */
  private long[] order(long[] samples, int epoch) {
    long[] order = keyed("order").fold(epoch).permutation(samples.length);
    for (int i = 0; i < order.length; i++) {
      order[i] = samples[(int) order[i]];
    }
    return Arrays.copyOf(order, perEpoch(order.length));
  }

  /** How many samples an epoch meets: a last batch of one has no statistics to normalise by. */
  private int perEpoch(int samples) {
    boolean alone = settings.batchNorm() == BatchNorms.BATCH && samples % settings.batchSize() == 1;
    return alone ? samples - 1 : samples;
  }

  private Linear layer() {
    Linear layer = linear();
    layer.initialize(settings.seed(), HEAD);
    layer.to(features.device());
    return layer;
  }

  private static void free(Linear layer) {
    layer.clearGrad();
    layer.state().values().forEach(Tensor::close);
  }

  private LinearHead head(Linear layer, double rate, int samples) {
    long steps = (perEpoch(samples) + settings.batchSize() - 1L) / settings.batchSize();
    Schedule schedule =
        Optimizers.schedule(
            settings.schedule(), rate, settings.batchSize(), steps, steps * settings.epochs());
    return new LinearHead(layer, settings.optimizer(), schedule);
  }

  private Linear linear() {
    Double std = settings.weightStd();
    return std == null
        ? new Linear(features.size(1), classes, true)
        : new Linear(
            features.size(1), classes, true, Initializer.normal(std), Initializer.constant(0));
  }

  private Tensor index(long[] from, int start, int end) {
    long[] some = Arrays.copyOfRange(from, start, end);
    return Tensor.of(some, some.length).to(features.device());
  }

  private Keyed keyed(String what) {
    return Keyed.of(settings.seed()).fold("linear-sgd").fold(what);
  }

  private static int best(List<Double> values) {
    int best = 0;
    for (int i = 1; i < values.size(); i++) {
      best = values.get(i) > values.get(best) ? i : best;
    }
    return best;
  }
}
