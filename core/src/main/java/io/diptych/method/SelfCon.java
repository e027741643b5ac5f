package io.diptych.method;

import io.diptych.backbone.Backbone;
import io.diptych.nn.Module;
import io.diptych.objective.Contrastive;
import io.diptych.objective.Contrastive.Anchors;
import io.diptych.objective.Positives;
import io.diptych.option.About;
import io.diptych.option.Option;
import io.diptych.option.OptionException;
import io.diptych.option.Options;
import io.diptych.tensor.Tensor;
import io.diptych.view.Batch;
import java.util.List;

/**
 * Self-contrastive learning (Bae et al., "Self-contrastive learning: single-viewed supervised
 * contrastive framework using sub-network", AAAI 2023): what early exits of the network see of an
 * image takes the place of a second view.
 */
public final class SelfCon implements Method {
  /**
   * The options of the method.
   *
   * @param temperature T of the loss
   * @param labels whether images of one class are positives
   * @param alpha weight of the exits' own term
   * @param batchNorm over what batch norm takes its statistics
   * @param projector the heads between the encoder, its exits and the loss
   */
  @About(
      value =
          "Compares what the exits of a network see of an image with what the whole network sees,"
              + " so that one view is enough. Needs a backbone with exits; takes labels or does"
              + " without.",
      source =
          "Bae, Kim, Ko, Lee, Noh, Yun: Self-contrastive learning: single-viewed supervised"
              + " contrastive framework using sub-network, AAAI 2023")
  public record Settings(
      @Option(
              value = "0.07",
              range = "(0, inf)",
              doc = "temperature of the softmax; the loss is scaled by temperature / 0.07")
          double temperature,
      @Option(
              value = "true",
              doc =
                  "whether images of one class attract each other; otherwise each attracts itself"
                      + " only")
          boolean labels,
      @Option(
              value = "0",
              range = "[0, inf)",
              doc =
                  "0: exits and encoder are compared alike; above 0: the encoder is compared with"
                      + " itself (with one view: only if there are labels), and the exits with all,"
                      + " by this weight")
          double alpha,
      @Option(
              value = "joint",
              doc =
                  "joint: all views pass the encoder at once and share batch-norm statistics;"
                      + " per-view: one after the other")
          BatchStatistics batchNorm,
      @Option(value = "{}", doc = "heads between encoder or exit and the loss")
          SupCon.Projector projector)
      implements MethodSettings {
    @Override
    public Requirements requirements() {
      Requirements views = Requirements.viewsFrom(1);
      return labels ? views.withLabels() : views;
    }

    @Override
    public Method create(Backbone encoder, MethodContext context) {
      return new SelfCon(this, encoder, context);
    }
  }

  private final Settings settings;
  private final Projection network;
  private final int classes;

  /**
   * Creates the method.
   *
   * @param settings its options
   * @param encoder the backbone to train
   * @param context the run
   * @throws OptionException if the backbone has no exit
   */
  public SelfCon(Settings settings, Backbone encoder, MethodContext context) {
    this.settings = Options.check(settings);
    requireExits("selfcon", encoder);
    this.network = new Projection(encoder, settings.projector(), true);
    this.classes = context.classes();
  }

  /** Fails if there is nothing to compare the encoder with. */
  static void requireExits(String method, Backbone encoder) {
    if (encoder.exits() == 0) {
      throw new OptionException(
          "backbone", method + " needs a backbone with exits, such as exits: {after: [2]}");
    }
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
   * Gives {@code z1}, {@code z2}, …: the projected rows of each view; {@code z1.exit1}, {@code
   * z1.exit2}, …: those of the exits; and {@code label}.
   */
  @Override
  public Embeddings embed(Batch batch, Step step) {
    return network.embed(batch, settings.batchNorm());
  }

  @Override
  public Loss compare(Embeddings all, Step step) {
    List<Tensor> columns = network.columns(all);
    int views = Projection.views(all);
    Tensor label = all.get("label");
    Positives positives =
        settings.labels()
            ? Positives.sameClass(label, classes).inViews(views)
            : Positives.sameSample(label.numel(), label.device()).inViews(views);
    if (settings.alpha() == 0) {
      // Without labels the published objective takes another view of an image as a negative.
      Positives alike =
          settings.labels()
              ? positives
              : Positives.sameSample(views * label.numel(), label.device());
      return Loss.of("selfcon", loss(columns, alike, Anchors.ALL));
    }
    Tensor exits = loss(columns, positives, Anchors.EXITS).mul(settings.alpha());
    if (views == 1 && !settings.labels()) {
      return Loss.of("exits", exits);
    }
    List<Tensor> last = columns.subList(columns.size() - 1, columns.size());
    return Loss.of(
            "encoder", loss(last, views == 1 ? positives.droppingLonely() : positives, Anchors.ALL))
        .plus("exits", exits);
  }

  private Tensor loss(List<Tensor> columns, Positives positives, Anchors anchors) {
    return Contrastive.loss(
        columns, positives, anchors, settings.temperature(), Contrastive.BASE_TEMPERATURE);
  }
}
