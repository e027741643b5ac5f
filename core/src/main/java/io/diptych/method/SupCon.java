package io.diptych.method;

import io.diptych.backbone.Backbone;
import io.diptych.nn.BatchNorm;
import io.diptych.nn.Layer;
import io.diptych.nn.Mlp;
import io.diptych.nn.Module;
import io.diptych.nn.Sequential;
import io.diptych.objective.Contrastive;
import io.diptych.objective.Contrastive.Anchors;
import io.diptych.objective.Positives;
import io.diptych.option.About;
import io.diptych.option.Option;
import io.diptych.option.Options;
import io.diptych.tensor.Tensor;
import io.diptych.view.Batch;
import java.util.ArrayList;
import java.util.List;

/**
 * Supervised contrastive learning (Khosla et al., "Supervised contrastive learning", NeurIPS 2020):
 * images of one class shall be closer to each other than to all others. With one view of each image
 * those that are alone in their class are no anchors.
 */
public final class SupCon implements Method {
  /**
   * The options of the method.
   *
   * @param temperature T of the loss
   * @param batchNorm over what batch norm takes its statistics
   * @param projector the head between the encoder and the loss
   */
  @About(
      value =
          "Pulls images of one class together and pushes those of other classes away. Needs labels;"
              + " takes one view of each image or several.",
      source =
          "Khosla, Teterwak, Wang, Sarna, Tian, Isola, Maschinot, Liu, Krishnan: Supervised"
              + " contrastive learning, NeurIPS 2020")
  public record Settings(
      @Option(
              value = "0.07",
              range = "(0, inf)",
              doc = "temperature of the softmax; the loss is scaled by temperature / 0.07")
          double temperature,
      @Option(
              value = "joint",
              doc =
                  "joint: all views pass the encoder at once and share batch-norm statistics;"
                      + " per-view: one after the other")
          BatchStatistics batchNorm,
      @Option(value = "{}", doc = "head between the encoder and the loss") Projector projector)
      implements MethodSettings {
    @Override
    public Requirements requirements() {
      return Requirements.viewsFrom(1).withLabels();
    }

    @Override
    public Method create(Backbone encoder, MethodContext context) {
      return new SupCon(this, encoder, context);
    }
  }

  /**
   * The head: two linear maps with a ReLU between them.
   *
   * @param hidden width between them
   * @param output width of the embeddings
   * @param outputNorm whether a batch norm follows the last map
   */
  public record Projector(
      @Option(
              value = "0",
              range = "[0, inf)",
              doc = "width between the two linear maps; 0 takes the encoder's")
          int hidden,
      @Option(value = "128", range = "[1, inf)", doc = "width of the embeddings") int output,
      @Option(
              value = "false",
              doc =
                  "batch norm after the last map, which keeps all rows from becoming one in short"
                      + " runs")
          boolean outputNorm) {

    Layer create(int in) {
      List<Layer> chain =
          new ArrayList<>(Mlp.layers(in, hidden == 0 ? in : hidden, output, 2, false));
      if (outputNorm) {
        chain.add(new BatchNorm(output));
      }
      return new Sequential(chain);
    }
  }

  private final Settings settings;
  private final Projection network;
  private final int classes;

  /**
   * Creates the method.
   *
   * @param settings its options
   * @param encoder the backbone to train; its exits, if any, stay as they are
   * @param context the run
   */
  public SupCon(Settings settings, Backbone encoder, MethodContext context) {
    this.settings = Options.check(settings);
    this.network = new Projection(encoder, settings.projector(), false);
    this.classes = context.classes();
  }

  @Override
  public Module network() {
    return network;
  }

  @Override
  public Backbone encoder() {
    return network.encoder;
  }

  /** Gives {@code z1}, {@code z2}, …: the projected rows of each view; and {@code label}. */
  @Override
  public Embeddings embed(Batch batch, Step step) {
    return network.embed(batch, settings.batchNorm());
  }

  @Override
  public Loss compare(Embeddings all, Step step) {
    int views = Projection.views(all);
    Positives positives = Positives.sameClass(all.get("label"), classes).inViews(views);
    Tensor loss =
        Contrastive.loss(
            network.columns(all),
            views == 1 ? positives.droppingLonely() : positives,
            Anchors.ALL,
            settings.temperature(),
            Contrastive.BASE_TEMPERATURE);
    return Loss.of("supcon", loss);
  }
}
