package io.diptych.method;

import io.diptych.backbone.Backbone;
import io.diptych.nn.Layer;
import io.diptych.nn.Module;
import io.diptych.objective.SelfLabels;
import io.diptych.objective.TwinClasses;
import io.diptych.optim.CosineRamp;
import io.diptych.option.About;
import io.diptych.option.Option;
import io.diptych.option.OptionException;
import io.diptych.option.Options;
import io.diptych.tensor.Autograd;
import io.diptych.tensor.Tensor;
import io.diptych.view.Batch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * TWIST (Wang et al., "Self-supervised learning by estimating twin class distributions", arXiv
 * 2110.07402): a head gives each view a distribution over unnamed classes; those of two views shall
 * agree, each shall be sharp and their mean over the batch flat. The first two views are global
 * crops, any others local ones. In a second stage confident samples label themselves. A teacher
 * that follows the network as a moving average may stand on one side, for transformers.
 */
public final class Twist implements Method {
  /**
   * The options of the method.
   *
   * @param lam1 weight of the sharpness, less 1
   * @param lam2 weight of the diversity
   * @param temperature τ of the softmax
   * @param epsilon ε inside of logarithms
   * @param style what the first stage is
   * @param mmeEpochs epochs of the first stage
   * @param selfLabelling the second stage
   * @param momentumEncoder whether there is a teacher
   * @param momentumStart the teacher's momentum at the start
   * @param momentumEnd and at the end of the first stage
   * @param projector the head between the encoder and the loss
   */
  @About(
      value =
          "Gives each view a distribution over unnamed classes: twins shall agree, each shall be"
              + " sharp, and all classes be used alike. Takes crops of several sizes, and can go on"
              + " with labels of its own making.",
      source =
          "Wang, Kong, Zhang, Liu, Li: Self-supervised learning by estimating twin class"
              + " distributions, arXiv 2110.07402")
  public record Settings(
      @Option(value = "0", doc = "sharpness weighs 1 + lam1; -0.6 for transformers") double lam1,
      @Option(value = "1", doc = "diversity weighs lam2") double lam2,
      @Option(
              value = "1",
              range = "(0, inf)",
              doc = "temperature of the softmax; without a teacher in the entropies only")
          double temperature,
      @Option(
              value = "1e-5",
              range = "(0, inf)",
              doc = "added to probabilities before their logarithm is taken")
          double epsilon,
      @Option(
              value = "sparse",
              doc =
                  "sparse: pairs with a global view, then from mme_epochs on self-labelling;"
                      + " self-label: self-labelling from the start")
          Style style,
      @Option(
              value = "800",
              range = "[1, inf)",
              doc = "epochs before self-labelling; if train.epochs are not more, there is none")
          int mmeEpochs,
      @Option(value = "{}", doc = "how samples label themselves") SelfLabelling selfLabelling,
      @Option(
              value = "false",
              doc = "compare with a teacher that follows the network as a moving average")
          boolean momentumEncoder,
      @Option(value = "0.996", range = "[0, 1]", doc = "the teacher's momentum at the start")
          double momentumStart,
      @Option(
              value = "1",
              range = "[0, 1]",
              doc = "the teacher's momentum at mme_epochs, reached by half a cosine, and after")
          double momentumEnd,
      @Option(value = "{}", doc = "head between the encoder and the loss") Projector projector)
      implements MethodSettings {
    @Override
    public Requirements requirements() {
      return Requirements.viewsFrom(2);
    }

    @Override
    public Method create(Backbone encoder, MethodContext context) {
      return new Twist(this, encoder);
    }

    /** Returns the steps of the first stage. */
    private long firstStage(Step step) {
      return Math.min(mmeEpochs * step.perEpoch(), step.total());
    }

    boolean labels(Step step) {
      return style == Style.SELF_LABEL || step.number() >= firstStage(step);
    }

    /** Returns the momentum of the teacher's update that ends a step. */
    double momentum(Step step) {
      double progress = (double) step.number() / firstStage(step);
      return progress < 1 ? CosineRamp.at(momentumStart, momentumEnd, progress) : momentumEnd;
    }

    /** Returns the quantile of a step in which samples label themselves. */
    double quantile(Step step) {
      long start = style == Style.SELF_LABEL ? 0 : firstStage(step);
      double progress = (double) (step.number() - start) / (step.total() - start);
      return CosineRamp.at(selfLabelling.quantile(), selfLabelling.quantileEnd(), progress);
    }
  }

  /** What the first stage is. */
  public enum Style {
    /** Twin distributions. */
    SPARSE,
    /** Self-labelling, so that there is but one stage. */
    SELF_LABEL
  }

  /**
   * How samples label themselves.
   *
   * @param quantile part of the batch that is confident enough, at the start
   * @param quantileEnd and at the end of the run
   * @param threshold confidence to exceed where the quantile is 0
   * @param balanced whether classes weigh the same
   */
  public record SelfLabelling(
      @Option(
              value = "0.5",
              range = "[0, 1]",
              doc = "part of the batch that is taken as confident, at the start; 0 for a threshold")
          double quantile,
      @Option(
              value = "0.6",
              range = "[0, 1]",
              doc = "that part at the end, reached by half a cosine")
          double quantileEnd,
      @Option(
              value = "0",
              range = "[0, 1]",
              doc = "probability that a label must exceed while the quantile is 0")
          double threshold,
      @Option(
              value = "false",
              doc = "weigh samples by the inverse of how many of the batch have their label")
          boolean balanced) {}

  /**
   * The head: three linear maps, each of the first two followed by a norm and an activation.
   *
   * @param hidden width between the maps
   * @param output number of classes
   * @param norm after the first two maps
   * @param activation after these norms
   * @param dropout after the first activation
   * @param lastNorm after the last map
   * @param smallInit whether maps start small
   */
  public record Projector(
      @Option(value = "4096", range = "[1, inf)", doc = "width between the maps") int hidden,
      @Option(value = "4096", range = "[2, inf)", doc = "number of classes") int output,
      @Option(value = "bn", doc = "bn (batch norm), ln (layer norm) or none after hidden maps")
          HiddenNorm norm,
      @Option(value = "relu", doc = "relu or gelu after hidden norms") Activation activation,
      @Option(
              value = "0",
              range = "[0, 1)",
              doc = "probability that a value behind the first activation is dropped")
          double dropout,
      @Option(
              value = "bn",
              doc =
                  "batch norm without scale and offset after the last map: bn or syncbn, which are"
                      + " the same on one device, or identity for none")
          LastNorm lastNorm,
      @Option(
              value = "false",
              doc = "start maps normal with deviation 0.02 and offsets 0; for transformers")
          boolean smallInit) {}

  /** What follows a hidden map. */
  public enum HiddenNorm {
    /** Batch norm. */
    BN,
    /** Layer norm. */
    LN,
    /** Nothing. */
    NONE
  }

  /** What follows a hidden norm. */
  public enum Activation {
    /** max(x, 0). */
    RELU,
    /** x · Φ(x). */
    GELU
  }

  /** What follows the last map. */
  public enum LastNorm {
    /** Batch norm over a few devices. */
    BN,
    /** Batch norm over all devices. */
    SYNCBN,
    /** Nothing. */
    IDENTITY
  }

  private static final String VIEW = "z";
  private static final String TAUGHT = "teacher";
  private static final String SPREAD = "score_std";
  private static final int GLOBAL = 2;

  private final Settings settings;
  private final TwistNetwork network;
  private final @Nullable Teacher<TwistNetwork> teacher;

  /**
   * Creates the method.
   *
   * @param settings its options
   * @param encoder the backbone to train
   */
  public Twist(Settings settings, Backbone encoder) {
    this.settings = Options.check(settings);
    this.network = new TwistNetwork(encoder, settings.projector());
    this.teacher =
        settings.momentumEncoder()
            ? new Teacher<>(new TwistNetwork(encoder.another(), settings.projector()), network)
            : null;
  }

  @Override
  public Module network() {
    return network;
  }

  @Override
  public Backbone encoder() {
    return network.encoder;
  }

  /** Returns the head. */
  @Override
  public Optional<Layer> classifier() {
    return Optional.of(network.head);
  }

  /**
   * Gives {@code z1}, {@code z2}, …, the logits of each view; {@code teacher1} and {@code
   * teacher2}, the teacher's of the global views, if there is one; and {@code score_std}, the mean
   * standard deviation of a class score before the last norm, the same for all samples.
   */
  @Override
  public Embeddings embed(Batch batch, Step step) {
    requireStage(step);
    // The first call copies the network, which has to come before its running statistics move.
    TwistNetwork copy = teacher == null ? null : teacher.network();
    Embeddings embeddings = new Embeddings();
    TwistNetwork.Output student = network.forward(batch.views());
    put(embeddings, VIEW, student.logits(), batch.size());
    if (copy != null) {
      try (Autograd.Guard guard = Autograd.noGrad()) {
        List<Tensor> global = batch.views().subList(0, GLOBAL);
        put(embeddings, TAUGHT, copy.forward(global).logits(), batch.size());
      }
    }
    Tensor spread = columnStd(student.raw().detach());
    return embeddings.with(SPREAD, spread.expand(batch.size()));
  }

  @Override
  public Loss compare(Embeddings all, Step step) {
    List<Tensor> views = views(all, VIEW);
    List<Tensor> taught = views(all, TAUGHT);
    return (settings.labels(step) ? labelled(views, taught, step) : twins(views, taught))
        .tracking("agreement", TwinClasses.agreement(views.get(0), views.get(1)))
        .tracking(SPREAD, all.get(SPREAD).mean());
  }

  /** Moves the teacher. */
  @Override
  public void update(Step step) {
    if (teacher != null) {
      teacher.follow(settings.momentum(step));
    }
  }

  /** Returns the teacher, if there is one. */
  @Override
  public Map<String, Tensor> state() {
    return teacher == null ? Map.of() : teacher.state();
  }

  private Loss twins(List<Tensor> views, List<Tensor> taught) {
    double temperature = settings.temperature();
    double epsilon = settings.epsilon();
    TwinClasses.Terms terms =
        taught.isEmpty()
            ? TwinClasses.ofPairs(views, temperature, epsilon)
            : TwinClasses.taught(views, taught, temperature, epsilon);
    return entropies(
        Loss.of("consistency", terms.consistency())
            .plus("sharpness", terms.sharpness().mul(1 + settings.lam1()))
            .plus("diversity", terms.diversity().mul(-settings.lam2())),
        terms);
  }

  private Loss labelled(List<Tensor> views, List<Tensor> taught, Step step) {
    List<Tensor> source = taught.isEmpty() ? views : taught;
    SelfLabelling options = settings.selfLabelling();
    SelfLabels labels =
        SelfLabels.of(
            source.get(0),
            source.get(1),
            settings.temperature(),
            settings.quantile(step),
            options.threshold());
    Loss loss =
        Loss.of("self_label", labels.loss(views, options.balanced()))
            .tracking("threshold", labels.threshold())
            .tracking("confident", labels.fraction());
    try (Autograd.Guard guard = Autograd.noGrad()) {
      List<Tensor> global = views.subList(0, GLOBAL);
      return entropies(
          loss, TwinClasses.ofPairs(global, settings.temperature(), settings.epsilon()));
    }
  }

  private static Loss entropies(Loss loss, TwinClasses.Terms terms) {
    return loss.tracking("entropy", terms.sharpness()).tracking("mean_entropy", terms.diversity());
  }

  /** Returns the mean over columns of the standard deviation over rows. */
  static Tensor columnStd(Tensor rows) {
    return rows.std(false, 0).mean();
  }

  private void requireStage(Step step) {
    if (settings.style() == Style.SELF_LABEL && settings.firstStage(step) < step.total()) {
      throw new OptionException(
          "method.mme_epochs",
          "must be at least train.epochs with style self-label, which has no second stage; is "
              + settings.mmeEpochs()
              + " of "
              + step.total() / step.perEpoch());
    }
  }

  private static void put(Embeddings embeddings, String name, Tensor rows, long each) {
    for (long view = 0; view * each < rows.size(0); view++) {
      embeddings.with(name + (view + 1), rows.narrow(0, view * each, each));
    }
  }

  private static List<Tensor> views(Embeddings all, String name) {
    List<Tensor> views = new ArrayList<>();
    for (int view = 1; all.tensors().containsKey(name + view); view++) {
      views.add(all.get(name + view));
    }
    return views;
  }
}
