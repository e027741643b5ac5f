package io.diptych.method;

import io.diptych.backbone.Backbone;
import io.diptych.nn.Layer;
import io.diptych.nn.Mlp;
import io.diptych.nn.Module;
import io.diptych.nn.Sequential;
import io.diptych.objective.CrossCorrelation;
import io.diptych.option.About;
import io.diptych.option.Option;
import io.diptych.option.OptionException;
import io.diptych.option.Options;
import io.diptych.tensor.Tensor;
import io.diptych.view.Batch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Barlow Twins (Zbontar, Jing, Misra, LeCun and Deny, "Barlow Twins: Self-Supervised Learning via
 * Redundancy Reduction", ICML 2021): over a batch, each feature of one view shall agree with the
 * same feature of the other view, and with no other feature.
 *
 * <p>The form for small images ({@code normalize: true}, a narrow projector with a bias at its end)
 * is the default. That for ImageNet takes {@code normalize: false}, {@code lambda: 0.0051} and
 * {@code projector: {widths: [8192, 8192, 8192], last_bias: false}}.
 */
public final class BarlowTwins implements Method {
  /**
   * The options of the method.
   *
   * @param lambda λ, the weight of the redundancy term
   * @param normalize whether rows are brought to length 1 before they are standardised
   * @param projector the head between the encoder and the loss
   */
  @About(
      value =
          "Makes the cross-correlation of two views' features the identity: invariant features"
              + " without redundancy. Needs no negatives and no large batches, but wide embeddings.",
      source =
          "Zbontar, Jing, Misra, LeCun, Deny: Barlow Twins: Self-Supervised Learning via"
              + " Redundancy Reduction, ICML 2021")
  public record Settings(
      @Option(
              value = "0.005",
              range = "[0, inf)",
              doc = "weight of the redundancy term, the squares off the diagonal")
          double lambda,
      @Option(
              value = "true",
              doc =
                  "bring each embedding to length 1 before columns are standardised, as published"
                      + " for small images; false for ImageNet")
          boolean normalize,
      @Option(value = "{}", doc = "head between the encoder and the loss") Projector projector)
      implements MethodSettings {
    @Override
    public Requirements requirements() {
      return Requirements.views(2);
    }

    @Override
    public Method create(Backbone encoder, MethodContext context) {
      return new BarlowTwins(this, encoder);
    }
  }

  /**
   * The head: linear maps without biases, with batch norm and ReLU between them.
   *
   * @param widths of the maps' outputs; the last is the width of the embeddings
   * @param lastBias whether the last map has a bias
   */
  public record Projector(
      @Option(
              value = "[512, 128]",
              range = "[1, inf)",
              doc = "widths of the maps' outputs; the last is that of the embeddings")
          List<Integer> widths,
      @Option(value = "true", doc = "whether the last map has a bias; false for ImageNet")
          boolean lastBias) {
    /** Copies the widths. */
    public Projector {
      widths = List.copyOf(widths);
      if (widths.isEmpty()) {
        throw new OptionException("widths", "needs at least one width");
      }
    }

    Sequential create(int in) {
      List<Integer> all = new ArrayList<>(List.of(in));
      all.addAll(widths);
      return new Sequential(Mlp.layers(new Mlp.Style(true, true, false, lastBias), all));
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
  public BarlowTwins(Settings settings, Backbone encoder) {
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

  /** Gives {@code z1} and {@code z2}: the projected rows of each view. */
  @Override
  public Embeddings embed(Batch batch, Step step) {
    return new Embeddings()
        .with("z1", project(batch.views().get(0)))
        .with("z2", project(batch.views().get(1)));
  }

  @Override
  public Loss compare(Embeddings all, Step step) {
    return correlate(standardized(all.get("z1")), standardized(all.get("z2")));
  }

  /** Names a feature that is the same for the whole batch, which cannot be standardised. */
  @Override
  public String explain(Embeddings all) {
    for (Map.Entry<String, Tensor> entry : all.tensors().entrySet()) {
      if (entry.getValue().rank() == 2) {
        int column = CrossCorrelation.constantColumn(prepared(entry.getValue()));
        if (column >= 0) {
          return "column "
              + column
              + " of the embeddings '"
              + entry.getKey()
              + "' has no variance over the batch";
        }
      }
    }
    return "";
  }

  /** Returns the embeddings of images, which pass the network on their own. */
  Tensor project(Tensor images) {
    return network.projector.forward(network.encoder.forward(images));
  }

  /** Returns embeddings as the loss takes them. */
  Tensor standardized(Tensor rows) {
    return CrossCorrelation.standardize(prepared(rows));
  }

  /** Returns the loss of standardised embeddings. */
  Loss correlate(Tensor first, Tensor second) {
    Tensor c = CrossCorrelation.of(first, second, (double) first.size(0));
    return Loss.of("on_diagonal", CrossCorrelation.onDiagonal(c))
        .plus("off_diagonal", CrossCorrelation.offDiagonal(c).mul(settings.lambda()));
  }

  private Tensor prepared(Tensor rows) {
    return settings.normalize() ? rows.normalize(1) : rows;
  }
}
