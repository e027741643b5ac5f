package io.diptych.method;

import io.diptych.backbone.Backbone;
import io.diptych.nn.BatchNorm;
import io.diptych.nn.Layer;
import io.diptych.nn.Mlp;
import io.diptych.nn.Module;
import io.diptych.nn.Sequential;
import io.diptych.objective.Contrastive;
import io.diptych.objective.NtXent;
import io.diptych.objective.Positives;
import io.diptych.option.About;
import io.diptych.option.Option;
import io.diptych.option.OptionException;
import io.diptych.option.Options;
import io.diptych.tensor.Tensor;
import io.diptych.view.Batch;
import java.util.ArrayList;
import java.util.List;

/**
 * SimCLR (Chen, Kornblith, Norouzi and Hinton, "A simple framework for contrastive learning of
 * visual representations", ICML 2020): the views of an image shall be closer to each other than to
 * the views of all other images in the batch.
 */
public final class SimClr implements Method {
  /**
   * The options of the method.
   *
   * @param temperature τ of the loss
   * @param form which loss
   * @param normalize whether embeddings are compared by cosine
   * @param batchNorm over what batch norm takes its statistics in the encoder
   * @param projectorBatchNorm over what batch norm takes its statistics in the projector
   * @param projector the head between the encoder and the loss
   */
  @About(
      value =
          "Pulls the views of an image together and pushes those of all other images in the batch"
              + " away. Wants large batches and strong views.",
      source =
          "Chen, Kornblith, Norouzi, Hinton: A simple framework for contrastive learning of visual"
              + " representations, ICML 2020")
  public record Settings(
      @Option(value = "0.5", range = "(0, inf)", doc = "temperature of the softmax")
          double temperature,
      @Option(
              value = "standard",
              doc =
                  "standard: NT-Xent, over all pairs of views; one-directional: rows of the first"
                      + " view only, with the cosines of both orders of a pair summed")
          Form form,
      @Option(value = "true", doc = "compare embeddings by cosine instead of by dot product")
          boolean normalize,
      @Option(
              value = "joint",
              doc =
                  "joint: all views pass the encoder at once and share batch-norm statistics;"
                      + " per-view: one after the other")
          BatchStatistics batchNorm,
      @Option(value = "joint", doc = "the same for the batch norms of the projector")
          BatchStatistics projectorBatchNorm,
      @Option(value = "{}", doc = "head between the encoder and the loss") Projector projector)
      implements MethodSettings {
    /** Checks that the variant can be computed. */
    public Settings {
      if (form != Form.STANDARD && !normalize) {
        throw new OptionException(
            "normalize", "only the standard form is defined on other than cosines");
      }
    }

    @Override
    public Requirements requirements() {
      return Requirements.viewsFrom(2);
    }

    @Override
    public Method create(Backbone encoder, MethodContext context) {
      return new SimClr(this, encoder);
    }
  }

  /** Which loss. */
  public enum Form {
    /** The paper's equation 1, averaged over all pairs of views. */
    STANDARD,
    /** Rows of the first view only. */
    ONE_DIRECTIONAL,
    /** The supervised contrastive loss with every image as a class of its own. */
    CON
  }

  /**
   * The head: linear maps with ReLU between them.
   *
   * @param layers number of linear maps
   * @param hidden width between them
   * @param output width of the embeddings
   * @param batchNorm whether batch norm precedes each ReLU
   * @param outputNorm whether a batch norm follows the last map
   */
  public record Projector(
      @Option(value = "2", range = "[1, 8]", doc = "number of linear maps") int layers,
      @Option(value = "512", range = "[1, inf)", doc = "width between the maps") int hidden,
      @Option(value = "128", range = "[1, inf)", doc = "width of the embeddings") int output,
      @Option(value = "true", doc = "batch norm before each ReLU") boolean batchNorm,
      @Option(value = "false", doc = "batch norm after the last map") boolean outputNorm) {

    Sequential create(int in) {
      List<Layer> chain = new ArrayList<>(Mlp.layers(in, hidden, output, layers, batchNorm));
      if (outputNorm) {
        chain.add(new BatchNorm(output));
      }
      return new Sequential(chain);
    }
  }

  private static final class Network extends Module {
    final Backbone encoder;
    final Layer projector;

    Network(Backbone encoder, Layer projector) {
      this.encoder = child(ENCODER, encoder);
      this.projector = child("projector", projector);
    }
  }

  private final Settings settings;
  private final Network network;

  /**
   * Creates the method.
   *
   * @param settings its options
   * @param encoder the backbone to train
   */
  public SimClr(Settings settings, Backbone encoder) {
    this.settings = Options.check(settings);
    this.network = new Network(encoder, settings.projector().create(encoder.width()));
  }

  @Override
  public Module network() {
    return network;
  }

  @Override
  public Backbone encoder() {
    return network.encoder;
  }

  /** Gives {@code z1}, {@code z2}, …: the projected rows of each view. */
  @Override
  public Embeddings embed(Batch batch, Step step) {
    List<Tensor> features = settings.batchNorm().forward(network.encoder, batch.views());
    List<Tensor> rows = settings.projectorBatchNorm().forward(network.projector, features);
    Embeddings embeddings = new Embeddings();
    for (int view = 0; view < rows.size(); view++) {
      embeddings.with("z" + (view + 1), rows.get(view));
    }
    return embeddings;
  }

  @Override
  public Loss compare(Embeddings all, Step step) {
    List<Tensor> views = List.copyOf(all.tensors().values());
    double temperature = settings.temperature();
    return Loss.of(
        "nt_xent",
        switch (settings.form()) {
          case STANDARD -> NtXent.overPairs(views, temperature, settings.normalize());
          case ONE_DIRECTIONAL -> NtXent.oneDirectionalOverPairs(views, temperature);
          case CON -> con(views, temperature);
        });
  }

  private static Tensor con(List<Tensor> views, double temperature) {
    Tensor first = views.get(0);
    return Contrastive.loss(
        List.of(Tensor.cat(views, 0).normalize(1)),
        Positives.sameSample(first.size(0), first.device()).inViews(views.size()),
        Contrastive.Anchors.ALL,
        temperature,
        Contrastive.BASE_TEMPERATURE);
  }
}
