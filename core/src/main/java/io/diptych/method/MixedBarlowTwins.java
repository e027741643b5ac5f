package io.diptych.method;

import io.diptych.backbone.Backbone;
import io.diptych.nn.Module;
import io.diptych.objective.CrossCorrelation;
import io.diptych.option.About;
import io.diptych.option.Option;
import io.diptych.option.Options;
import io.diptych.tensor.DType;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Tensor;
import io.diptych.view.Batch;

/**
 * Mixed Barlow Twins (Bandara, De Melo and Patel, "Guarding Barlow Twins Against Overfitting with
 * Mixed Samples", 2023): {@link BarlowTwins}, and the embeddings of mixed images shall correlate
 * with both views as the mixture of embeddings does.
 *
 * <p>The published ImageNet program is {@code lambda: 0.0051}, {@code normalize: false}, {@code
 * mix_scale: 0.5} (half its λ_mixup of 1), {@code mix_ramp_epochs: 10}, {@code mix_target:
 * second-view} and {@code projector: {widths: [8192, 8192, 8192], last_bias: false}}.
 */
public final class MixedBarlowTwins implements Method {
  /**
   * The options of the method.
   *
   * @param lambda λ, the weight of the redundancy term
   * @param normalize whether rows are brought to length 1 before they are standardised
   * @param mixScale weight of the mixing term, in units of λ
   * @param mixRampEpochs epochs over which that weight rises from 0
   * @param mixTarget what mixed rows shall correlate with the second view like
   * @param projector the head between the encoder and the loss
   */
  @About(
      value =
          "Barlow Twins with a third pass: the embeddings of mixed images shall be the mixture of"
              + " the images' embeddings, which keeps long training from overfitting.",
      source =
          "Bandara, De Melo, Patel: Guarding Barlow Twins Against Overfitting with Mixed Samples,"
              + " 2023, arXiv 2312.02151")
  public record Settings(
      @Option(
              value = "0.0078125",
              range = "[0, inf)",
              doc = "weight of the redundancy term, the squares off the diagonal")
          double lambda,
      @Option(
              value = "true",
              doc =
                  "bring each embedding to length 1 before columns are standardised, as published"
                      + " for small images; false for ImageNet")
          boolean normalize,
      @Option(
              value = "4",
              range = "(0, inf)",
              doc =
                  "weight of the mixing term as a multiple of lambda; half the lambda_mixup of the"
                      + " published ImageNet program")
          double mixScale,
      @Option(
              value = "0",
              range = "[0, inf)",
              doc = "epochs over which the weight of the mixing term rises from 0; 10 for ImageNet")
          double mixRampEpochs,
      @Option(
              value = "first-view",
              doc =
                  "which view is mixed to say how mixed embeddings shall correlate with the second"
                      + " view: first-view as in the paper, second-view as in its ImageNet program")
          CrossCorrelation.Target mixTarget,
      @Option(value = "{}", doc = "head between the encoder and the loss")
          BarlowTwins.Projector projector)
      implements MethodSettings {
    @Override
    public Requirements requirements() {
      return Requirements.views(2);
    }

    @Override
    public Method create(Backbone encoder, MethodContext context) {
      return new MixedBarlowTwins(this, encoder, context.seed());
    }

    /** Returns the part of the mixing term's weight that counts at a step, from 0 to 1. */
    double ramp(Step step) {
      double steps = mixRampEpochs * step.perEpoch();
      return steps == 0 ? 1 : Math.min(1, step.number() / steps);
    }
  }

  private final Settings settings;
  private final BarlowTwins twins;
  private final Keyed draws;

  /**
   * Creates the method.
   *
   * @param settings its options
   * @param encoder the backbone to train
   * @param seed of the mixing
   */
  public MixedBarlowTwins(Settings settings, Backbone encoder, long seed) {
    this.settings = Options.check(settings);
    this.twins =
        new BarlowTwins(
            new BarlowTwins.Settings(settings.lambda(), settings.normalize(), settings.projector()),
            encoder);
    this.draws = Keyed.of(seed).fold("mixing");
  }

  @Override
  public Module network() {
    return twins.network();
  }

  @Override
  public Backbone encoder() {
    return twins.encoder();
  }

  /**
   * Gives {@code z1} and {@code z2}, the rows of each view; {@code mixed}, those of the images α·x₁
   * + (1 − α)·x₂[σ]; {@code partner}, the rows z₂[σ]; and {@code alpha}. One α uniform in [0, 1)
   * and one permutation σ of the batch are drawn for each step.
   */
  @Override
  public Embeddings embed(Batch batch, Step step) {
    Keyed now = draws.fold(step.number());
    long[] order = now.fold("partner").permutation(Math.toIntExact(batch.size()));
    return embed(batch, now.uniform(0, 0), order);
  }

  /**
   * Embeds with a given mixture.
   *
   * @param alpha weight of the first view, in [0, 1]
   * @param order whose second view each sample is mixed with, a permutation
   */
  Embeddings embed(Batch batch, double alpha, long[] order) {
    Tensor first = batch.views().get(0);
    Tensor second = batch.views().get(1);
    Tensor partner = Tensor.of(order, order.length).to(second.device());
    Tensor z1 = twins.project(first);
    Tensor z2 = twins.project(second);
    return new Embeddings()
        .with("z1", z1)
        .with("z2", z2)
        .with("mixed", twins.project(mixture(first, second, partner, alpha)))
        .with("partner", z2.indexSelect(0, partner))
        .with("alpha", Tensor.full(alpha, DType.FLOAT64, z1.device(), order.length));
  }

  /** Returns α·first + (1 − α)·second[partner]. */
  static Tensor mixture(Tensor first, Tensor second, Tensor partner, double alpha) {
    return first.mul(alpha).add(second.indexSelect(0, partner).mul(1 - alpha));
  }

  @Override
  public Loss compare(Embeddings all, Step step) {
    Tensor first = twins.standardized(all.get("z1"));
    Tensor second = twins.standardized(all.get("z2"));
    Tensor mixing =
        CrossCorrelation.mixing(
            twins.standardized(all.get("mixed")),
            first,
            second,
            // All partners together are all second views: their statistics are the same.
            twins.standardized(all.get("partner")),
            all.get("alpha"),
            (double) first.size(0),
            settings.mixTarget());
    double weight = settings.lambda() * settings.mixScale() * settings.ramp(step);
    return twins.correlate(first, second).plus("mixing", mixing.mul(weight));
  }

  @Override
  public String explain(Embeddings all) {
    return twins.explain(all);
  }
}
