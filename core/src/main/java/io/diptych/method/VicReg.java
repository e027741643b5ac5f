package io.diptych.method;

import io.diptych.backbone.Backbone;
import io.diptych.nn.Layer;
import io.diptych.nn.Mlp;
import io.diptych.nn.Module;
import io.diptych.nn.Sequential;
import io.diptych.objective.VarianceCovariance;
import io.diptych.option.About;
import io.diptych.option.Option;
import io.diptych.option.Options;
import io.diptych.tensor.Tensor;
import io.diptych.view.Batch;
import java.util.List;

/**
 * VICReg (Bardes, Ponce and LeCun, "VICReg: Variance-Invariance-Covariance Regularization for
 * Self-Supervised Learning", ICLR 2022): the views of an image shall be close, while each feature
 * keeps its variance over the batch and no two features vary together.
 */
public final class VicReg implements Method {
  /**
   * The options of the method.
   *
   * @param invariance weight λ of the distance between the views
   * @param variance weight μ of the features' variances
   * @param covariance weight ν of their covariances
   * @param gamma γ, the standard deviation that a feature shall have at least
   * @param epsilon ε, added to variances
   * @param hidden width between the projector's maps
   * @param output width of the embeddings
   */
  @About(
      value =
          "Pulls the views of an image together and keeps the features apart by terms on their"
              + " variance and covariance. Needs no negatives; wants wide embeddings.",
      source =
          "Bardes, Ponce, LeCun: VICReg: Variance-Invariance-Covariance Regularization for"
              + " Self-Supervised Learning, ICLR 2022")
  public record Settings(
      @Option(value = "25", range = "[0, inf)", doc = "weight of the distance between the views")
          double invariance,
      @Option(value = "25", range = "[0, inf)", doc = "weight of the features' variances")
          double variance,
      @Option(value = "1", range = "[0, inf)", doc = "weight of the features' covariances")
          double covariance,
      @Option(
              value = "1",
              range = "(0, inf)",
              doc = "standard deviation that each feature shall have at least")
          double gamma,
      @Option(value = "1e-4", range = "(0, inf)", doc = "added to each variance") double epsilon,
      @Option(value = "2048", range = "[1, inf)", doc = "width between the projector's maps")
          int hidden,
      @Option(value = "2048", range = "[1, inf)", doc = "width of the embeddings") int output)
      implements MethodSettings {
    @Override
    public Requirements requirements() {
      return Requirements.views(2);
    }

    @Override
    public Method create(Backbone encoder, MethodContext context) {
      return new VicReg(this, encoder);
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
  public VicReg(Settings settings, Backbone encoder) {
    this.settings = Options.check(settings);
    List<Integer> widths =
        List.of(encoder.width(), settings.hidden(), settings.hidden(), settings.output());
    Mlp.Style style = new Mlp.Style(true, true, true, false);
    this.network = new Network(encoder, new Sequential(Mlp.layers(style, widths)));
  }

  @Override
  public Module network() {
    return network;
  }

  @Override
  public Backbone encoder() {
    return network.encoder;
  }

  /** Gives {@code z1} and {@code z2}: the projected rows of each view. */
  @Override
  public Embeddings embed(Batch batch, Step step) {
    return new Embeddings()
        .with("z1", project(batch.views().get(0)))
        .with("z2", project(batch.views().get(1)));
  }

  @Override
  public Loss compare(Embeddings all, Step step) {
    Tensor z1 = all.get("z1");
    Tensor z2 = all.get("z2");
    Tensor covariance = VarianceCovariance.covariance(z1).add(VarianceCovariance.covariance(z2));
    return Loss.of("invariance", VarianceCovariance.invariance(z1, z2).mul(settings.invariance()))
        .plus("variance", variance(z1).add(variance(z2)).mul(settings.variance()))
        .plus("covariance", covariance.mul(settings.covariance()));
  }

  private Tensor project(Tensor images) {
    return network.projector.forward(network.encoder.forward(images));
  }

  private Tensor variance(Tensor z) {
    return VarianceCovariance.variance(z, settings.gamma(), settings.epsilon());
  }
}
