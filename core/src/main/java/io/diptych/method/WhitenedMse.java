package io.diptych.method;

import io.diptych.backbone.Backbone;
import io.diptych.nn.Layer;
import io.diptych.nn.Mlp;
import io.diptych.nn.Module;
import io.diptych.nn.Sequential;
import io.diptych.objective.WMse;
import io.diptych.option.About;
import io.diptych.option.Option;
import io.diptych.option.OptionException;
import io.diptych.option.Options;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Tensor;
import io.diptych.view.Batch;
import java.util.List;

/**
 * W-MSE (Ermolov, Siarohin, Sangineto and Sebe, "Whitening for self-supervised representation
 * learning", ICML 2021): the views of an image shall be the same after whitening, which keeps the
 * embeddings of a batch from collapsing without negatives.
 */
public final class WhitenedMse implements Method {
  /**
   * The options of the method.
   *
   * @param sliceSize rows that are whitened together
   * @param iterations how often the batch is cut into slices
   * @param epsilon ε of the whitening
   * @param normalize whether whitened rows are compared by direction
   * @param batchNorm over what the encoder's batch norm takes its statistics
   * @param projector the head between the encoder and the whitening
   */
  @About(
      value =
          "Whitens the embeddings of a batch and pulls the views of an image together. Needs no"
              + " negatives and gains from more than two views.",
      source =
          "Ermolov, Siarohin, Sangineto, Sebe: Whitening for self-supervised representation"
              + " learning, ICML 2021")
  public record Settings(
      @Option(
              value = "128",
              range = "[2, inf)",
              doc = "rows that are whitened together; the batch is a multiple of it")
          int sliceSize,
      @Option(
              value = "1",
              range = "[1, inf)",
              doc = "how often the batch is shuffled, cut into slices and whitened")
          int iterations,
      @Option(
              value = "0.0001",
              range = "[0, 1]",
              doc = "part of the identity in the covariance that is whitened by")
          double epsilon,
      @Option(value = "true", doc = "bring whitened rows to length 1 before they are compared")
          boolean normalize,
      @Option(
              value = "per-view",
              doc =
                  "per-view: views pass the encoder one after the other; joint: all at once,"
                      + " sharing batch-norm statistics")
          BatchStatistics batchNorm,
      @Option(value = "{}", doc = "head between the encoder and the whitening") Projector projector)
      implements MethodSettings {
    /** Checks that the covariance of a slice can have full rank. */
    public Settings {
      if (epsilon == 0 && sliceSize <= projector.output()) {
        throw new OptionException(
            "slice_size",
            "a slice of "
                + sliceSize
                + " rows has no invertible covariance in dimension "
                + projector.output()
                + " with epsilon 0: set epsilon above 0, or slice_size above projector.output");
      }
    }

    @Override
    public Requirements requirements() {
      return Requirements.viewsFrom(2).batchesOf(sliceSize);
    }

    @Override
    public Method create(Backbone encoder, MethodContext context) {
      return new WhitenedMse(this, encoder, context.seed());
    }
  }

  /**
   * The head: linear maps with ReLU between them.
   *
   * @param layers number of linear maps
   * @param hidden width between them
   * @param output width of the embeddings
   * @param batchNorm whether batch norm precedes each ReLU
   */
  public record Projector(
      @Option(value = "2", range = "[1, 8]", doc = "number of linear maps") int layers,
      @Option(value = "1024", range = "[1, inf)", doc = "width between the maps") int hidden,
      @Option(value = "64", range = "[1, inf)", doc = "width of the embeddings") int output,
      @Option(value = "true", doc = "batch norm before each ReLU") boolean batchNorm) {}

  private static final class Network extends Module {
    final Backbone encoder;
    final Layer projector;

    Network(Backbone encoder, Projector projector) {
      this.encoder = child(ENCODER, encoder);
      this.projector =
          child(
              "projector",
              new Sequential(
                  Mlp.layers(
                      encoder.width(),
                      projector.hidden(),
                      projector.output(),
                      projector.layers(),
                      projector.batchNorm())));
    }
  }

  private final Settings settings;
  private final Network network;
  private final Keyed slices;

  /**
   * Creates the method.
   *
   * @param settings its options
   * @param encoder the backbone to train
   * @param seed of the slices
   */
  public WhitenedMse(Settings settings, Backbone encoder, long seed) {
    this.settings = Options.check(settings);
    this.network = new Network(encoder, settings.projector());
    this.slices = Keyed.of(seed).fold("slices");
  }

  @Override
  public Module network() {
    return network;
  }

  @Override
  public Backbone encoder() {
    return network.encoder;
  }

  /** Gives {@code z1}, {@code z2}, …: the projected rows of each view, which pass at once. */
  @Override
  public Embeddings embed(Batch batch, Step step) {
    List<Tensor> features = settings.batchNorm().forward(network.encoder, batch.views());
    List<Tensor> rows = BatchStatistics.JOINT.forward(network.projector, features);
    Embeddings embeddings = new Embeddings();
    for (int view = 0; view < rows.size(); view++) {
      embeddings.with("z" + (view + 1), rows.get(view));
    }
    return embeddings;
  }

  /** Compares within slices that are a function of the seed and the step. */
  @Override
  public Loss compare(Embeddings all, Step step) {
    List<Tensor> views = List.copyOf(all.tensors().values());
    WMse.Form form = new WMse.Form(settings.sliceSize(), settings.epsilon(), settings.normalize());
    return Loss.of("w_mse", WMse.loss(views, permutations(views.get(0), step), form));
  }

  private Tensor permutations(Tensor view, Step step) {
    int n = (int) view.size(0);
    long[] all = new long[settings.iterations() * n];
    for (int i = 0; i < settings.iterations(); i++) {
      long[] one = slices.fold(step.number()).fold(i).permutation(n);
      System.arraycopy(one, 0, all, i * n, n);
    }
    return Tensor.of(all, settings.iterations(), n).to(view.device());
  }
}
