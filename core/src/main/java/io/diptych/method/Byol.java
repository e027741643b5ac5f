package io.diptych.method;

import io.diptych.backbone.Backbone;
import io.diptych.nn.Layer;
import io.diptych.nn.Mlp;
import io.diptych.nn.Module;
import io.diptych.nn.Sequential;
import io.diptych.objective.NormalizedMse;
import io.diptych.option.About;
import io.diptych.option.Option;
import io.diptych.option.Options;
import io.diptych.tensor.Tensor;
import io.diptych.view.Batch;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * BYOL (Grill et al., "Bootstrap your own latent: a new approach to self-supervised learning",
 * NeurIPS 2020): a predictor behind the network shall tell from one view of an image what a target
 * network makes of another, and the target follows the network as a moving average.
 */
public final class Byol implements Method {
  /**
   * The options of the method.
   *
   * @param momentum m₀ of the moving average
   * @param momentumSchedule how the momentum changes
   * @param normalize whether prediction and target are compared by direction
   * @param targetInit how the target starts
   * @param targetOrder in which order the views pass the target
   * @param weightNoise standard deviation of the noise on the target's weights
   * @param batchNorm over what batch norm takes its statistics
   * @param headNorm which heads have batch norm
   * @param projector the head behind the encoder
   * @param predictor the head behind the projector
   */
  @About(
      value =
          "Predicts from one view what a slowly moving average of the network makes of the other."
              + " Needs no negatives, so small batches will do; without batch norm in the heads it"
              + " collapses.",
      source =
          "Grill et al.: Bootstrap your own latent, a new approach to self-supervised learning,"
              + " NeurIPS 2020")
  public record Settings(
      @Option(
              value = "0.996",
              range = "[0, 1]",
              doc = "momentum of the target's moving average; 1 never moves it")
          double momentum,
      @Option(
              value = "fixed",
              doc =
                  "fixed, or from the given momentum to 1 by half a cosine: cosine at each step,"
                      + " cosine-per-epoch at each epoch")
          MomentumSchedule momentumSchedule,
      @Option(value = "true", doc = "bring rows to length 1 before their squared error is taken")
          boolean normalize,
      @Option(
              value = "copy",
              doc = "copy: the target starts as the network; independent: with weights of its own")
          TargetInit targetInit,
      @Option(
              value = "reversed",
              doc =
                  "reversed or same: order in which the views pass the target; its running"
                      + " statistics alone, which no step uses, depend on it")
          TargetOrder targetOrder,
      @Option(
              value = "0",
              range = "[0, inf)",
              doc =
                  "standard deviation of the noise added to each tensor of the target's weights"
                      + " for each step, as a part of its mean absolute value; 0 for none")
          double weightNoise,
      @Option(
              value = "per-view",
              doc =
                  "per-view: views pass one after the other; joint: all at once, sharing batch-norm"
                      + " statistics")
          BatchStatistics batchNorm,
      @Option(value = "{}", doc = "batch norm in the heads") HeadNorm headNorm,
      @Option(value = "{}", doc = "head behind the encoder, online and target") Projector projector,
      @Option(value = "{}", doc = "head behind the online projector: two linear maps")
          Predictor predictor)
      implements MethodSettings {
    @Override
    public Requirements requirements() {
      return Requirements.viewsFrom(2);
    }

    @Override
    public Method create(Backbone encoder, MethodContext context) {
      return new Byol(this, encoder, context.seed());
    }
  }

  /** How the target starts. */
  public enum TargetInit {
    /** With the weights of the network. */
    COPY,
    /** With random weights of its own. */
    INDEPENDENT
  }

  /** In which order the views pass the target. */
  public enum TargetOrder {
    /** The last one first, so that each passes next to its partner in the network. */
    REVERSED,
    /** As they pass the network. */
    SAME
  }

  /**
   * Which heads have batch norm before their ReLU. At least one of the first two and the third are
   * needed against collapse.
   *
   * @param online whether the online projector has it
   * @param predictor whether the predictor has it
   * @param target whether the target's projector has it
   * @param affine whether these have a scale and an offset
   */
  public record HeadNorm(
      @Option(value = "true", doc = "in the online projector") boolean online,
      @Option(value = "true", doc = "in the predictor") boolean predictor,
      @Option(value = "true", doc = "in the target's projector") boolean target,
      @Option(value = "true", doc = "whether these have a trained scale and offset")
          boolean affine) {
    private Mlp.Style style(boolean batchNorm) {
      return new Mlp.Style(batchNorm, affine, true, true);
    }
  }

  /**
   * The head behind the encoder: linear maps with ReLU between them.
   *
   * @param layers number of linear maps
   * @param hidden width between them
   * @param output width of the embeddings
   */
  public record Projector(
      @Option(value = "2", range = "[1, 8]", doc = "number of linear maps") int layers,
      @Option(value = "512", range = "[1, inf)", doc = "width between the maps") int hidden,
      @Option(value = "256", range = "[1, inf)", doc = "width of the embeddings") int output) {
    private Sequential create(int in, Mlp.Style style) {
      List<Integer> widths = new ArrayList<>(Collections.nCopies(layers, hidden));
      widths.set(0, in);
      widths.add(output);
      return new Sequential(Mlp.layers(style, widths));
    }
  }

  /**
   * The head behind the online projector: two linear maps with a ReLU between them.
   *
   * @param hidden width between them
   */
  public record Predictor(
      @Option(value = "256", range = "[1, inf)", doc = "width between the maps") int hidden) {
    private Sequential create(int width, Mlp.Style style) {
      return new Sequential(Mlp.layers(style, List.of(width, hidden, width)));
    }
  }

  private static final class Network extends Module {
    final Backbone encoder;
    final Layer projector;
    final Layer predictor;

    Network(Backbone encoder, Layer projector, Layer predictor) {
      this.encoder = child(ENCODER, encoder);
      this.projector = child("projector", projector);
      this.predictor = child("predictor", predictor);
    }
  }

  private final Settings settings;
  private final Network network;
  private final ByolTarget.Tower online;
  private final ByolTarget target;

  /**
   * Creates the method.
   *
   * @param settings its options
   * @param encoder the backbone to train
   * @param seed of the target's own weights and of the noise on them
   */
  public Byol(Settings settings, Backbone encoder, long seed) {
    this(
        settings,
        encoder,
        seed,
        settings.weightNoise() == 0 ? null : WeightNoise.gaussian(seed, settings.weightNoise()));
  }

  Byol(Settings settings, Backbone encoder, long seed, @Nullable WeightNoise noise) {
    this.settings = Options.check(settings);
    HeadNorm norm = settings.headNorm();
    Projector projector = settings.projector();
    this.network =
        new Network(
            encoder,
            projector.create(encoder.width(), norm.style(norm.online())),
            settings.predictor().create(projector.output(), norm.style(norm.predictor())));
    this.online = new ByolTarget.Tower(encoder, network.projector);
    ByolTarget.Tower other =
        new ByolTarget.Tower(
            encoder.another(), projector.create(encoder.width(), norm.style(norm.target())));
    this.target = new ByolTarget(other, online, settings.targetInit(), seed, noise);
  }

  @Override
  public Module network() {
    return network;
  }

  @Override
  public Backbone encoder() {
    return network.encoder;
  }

  /**
   * Gives {@code p1}, {@code p2}, …, the predictions from each view, and {@code target1}, {@code
   * target2}, …, what the target makes of them.
   */
  @Override
  public Embeddings embed(Batch batch, Step step) {
    BatchStatistics batchNorm = settings.batchNorm();
    List<Tensor> predictions =
        batchNorm.forward(network.predictor, batchNorm.forward(online, batch.views()));
    List<Tensor> targets =
        target.forward(
            batchNorm, batch.views(), settings.targetOrder() == TargetOrder.REVERSED, step);
    Embeddings embeddings = new Embeddings();
    for (int view = 0; view < predictions.size(); view++) {
      embeddings.with("p" + (view + 1), predictions.get(view));
    }
    for (int view = 0; view < targets.size(); view++) {
      embeddings.with("target" + (view + 1), targets.get(view));
    }
    return embeddings;
  }

  @Override
  public Loss compare(Embeddings all, Step step) {
    List<Tensor> both = List.copyOf(all.tensors().values());
    int views = both.size() / 2;
    return Loss.of(
        "byol",
        NormalizedMse.acrossViews(
            both.subList(0, views), both.subList(views, both.size()), settings.normalize()));
  }

  @Override
  public void update(Step step) {
    target.follow(settings.momentumSchedule().at(settings.momentum(), step));
  }

  /** Returns the target under {@code target.}. */
  @Override
  public Map<String, Tensor> state() {
    return target.state();
  }
}
