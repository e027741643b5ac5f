package io.diptych.method;

import io.diptych.backbone.Backbone;
import io.diptych.nn.Layer;
import io.diptych.nn.Mlp;
import io.diptych.nn.Module;
import io.diptych.nn.Sequential;
import io.diptych.objective.LogDetInformation;
import io.diptych.option.About;
import io.diptych.option.Option;
import io.diptych.option.OptionException;
import io.diptych.option.Options;
import io.diptych.tensor.NotPositiveDefiniteException;
import io.diptych.tensor.Tensor;
import io.diptych.view.Batch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * CorInfoMax (Ozsoy, Hamdan, Arik, Yuret and Erdogan, "Self-supervised learning with an information
 * maximization criterion", NeurIPS 2022): the views of an image shall be close, while the
 * log-determinant of the embeddings' running covariance keeps them from collapsing.
 */
public final class CorInfoMax implements Method {
  /**
   * The options of the method.
   *
   * @param form which covariances
   * @param similarityWeight α
   * @param covarianceWeight weight of the log-determinants
   * @param covarianceStart R_ini
   * @param covarianceMemory λ_R
   * @param meanMemory λ_μ
   * @param epsilon ε
   * @param residualEpsilon ε₂
   * @param normalize whether embeddings have length 1
   * @param trackInformation whether the mutual information is logged
   * @param projector the head between the encoder and the loss
   */
  @About(
      value =
          "Pulls the views of an image together and spreads the embeddings by the log-determinant"
              + " of their running covariance. No negatives: batches may be small.",
      source =
          "Ozsoy, Hamdan, Arik, Yuret, Erdogan: Self-supervised learning with an information"
              + " maximization criterion, NeurIPS 2022")
  public record Settings(
      @Option(
              value = "standard",
              doc =
                  "standard: a covariance for each view; pooled: one for both;"
                      + " first-view-only: one for the first view; full-mutual-information: both and"
                      + " their cross-covariance, without the paper's approximation")
          Form form,
      @Option(
              value = "250",
              range = "[0, inf)",
              doc = "weight of the mean squared difference of the views")
          double similarityWeight,
      @Option(value = "1", range = "[0, inf)", doc = "weight of the log-determinants")
          double covarianceWeight,
      @Option(
              value = "1",
              range = "(0, inf)",
              doc = "the covariance starts as this times the identity")
          double covarianceStart,
      @Option(
              value = "0.01",
              range = "[0, 1]",
              doc = "weight of the covariance before the batch in the one after it; 1 freezes it")
          double covarianceMemory,
      @Option(
              value = "0.01",
              range = "[0, 1]",
              doc =
                  "weight of the mean before the batch in the one after it; 0 centres by the batch,"
                      + " 1 not at all")
          double meanMemory,
      @Option(
              value = "1e-8",
              range = "[0, inf)",
              doc = "added to the diagonal of covariances inside the log-determinant")
          double epsilon,
      @Option(
              value = "1e-8",
              range = "[0, inf)",
              doc = "the same for the residuals of full-mutual-information")
          double residualEpsilon,
      @Option(value = "true", doc = "bring embeddings to length 1") boolean normalize,
      @Option(
              value = "false",
              doc = "log the views' mutual information as the metric ldmi, from a state of its own")
          boolean trackInformation,
      @Option(value = "{}", doc = "head between the encoder and the loss") Projector projector)
      implements MethodSettings {
    @Override
    public Requirements requirements() {
      return Requirements.views(2);
    }

    @Override
    public Method create(Backbone encoder, MethodContext context) {
      return new CorInfoMax(this, encoder);
    }
  }

  /** Which covariances take part. */
  public enum Form {
    /** One of each view. */
    STANDARD,
    /** One over the rows of both views. */
    POOLED,
    /** That of the first view; the second is only attracted. */
    FIRST_VIEW_ONLY,
    /** Those of both views and between them. */
    FULL_MUTUAL_INFORMATION
  }

  /**
   * The head: linear maps with ReLU between them, the last without bias.
   *
   * @param widths after each map, joined by hyphens
   * @param batchNorm whether batch norm precedes each ReLU
   */
  public record Projector(
      @Option(value = "2048-2048-64", doc = "width after each linear map, joined by hyphens")
          String widths,
      @Option(value = "false", doc = "batch norm before each ReLU") boolean batchNorm) {
    /** Checks the text. */
    public Projector {
      if (!widths.matches("[1-9][0-9]{0,5}(-[1-9][0-9]{0,5})*")) {
        throw new OptionException(
            "widths", "must be widths joined by hyphens, such as 2048-2048-64, was " + widths);
      }
    }

    private List<Integer> numbers() {
      return Stream.of(widths.split("-", -1)).map(Integer::valueOf).toList();
    }

    int output() {
      List<Integer> numbers = numbers();
      return numbers.get(numbers.size() - 1);
    }

    Layer create(int in) {
      List<Integer> all = new ArrayList<>(List.of(in));
      all.addAll(numbers());
      return new Sequential(Mlp.layers(new Mlp.Style(batchNorm, true, true, false), all));
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

  private static final String TRACKED = "ldmi";

  private final Settings settings;
  private final Network network;
  private final RunningCovariances running;
  private final @Nullable RunningCovariances tracked;

  /**
   * Creates the method.
   *
   * @param settings its options
   * @param encoder the backbone to train
   */
  public CorInfoMax(Settings settings, Backbone encoder) {
    this.settings = Options.check(settings);
    this.network = new Network(encoder, settings.projector().create(encoder.width()));
    this.running =
        switch (settings.form()) {
          case STANDARD -> new RunningCovariances(settings, false, "1", "2");
          case POOLED -> new RunningCovariances(settings, false, "");
          case FIRST_VIEW_ONLY -> new RunningCovariances(settings, false, "1");
          case FULL_MUTUAL_INFORMATION -> new RunningCovariances(settings, true, "1", "2");
        };
    this.tracked =
        settings.trackInformation() ? new RunningCovariances(settings, true, "1", "2") : null;
  }

  @Override
  public Module network() {
    return network;
  }

  @Override
  public Backbone encoder() {
    return network.encoder;
  }

  /** Gives {@code z1} and {@code z2}: the projected rows of each view, which pass one by one. */
  @Override
  public Embeddings embed(Batch batch, Step step) {
    Embeddings embeddings = new Embeddings();
    for (Tensor view : batch.views()) {
      Tensor rows = network.projector.forward(network.encoder.forward(view));
      embeddings.with(
          "z" + (embeddings.tensors().size() + 1), settings.normalize() ? rows.normalize(1) : rows);
    }
    return embeddings;
  }

  @Override
  public Loss compare(Embeddings all, Step step) {
    Tensor z1 = all.get("z1");
    Tensor z2 = all.get("z2");
    Tensor attraction = LogDetInformation.attraction(z1, z2);
    Tensor spread =
        switch (settings.form()) {
          case STANDARD -> spread(running.follow("1", z1), running.follow("2", z2));
          case POOLED -> spread(running.follow("", Tensor.cat(List.of(z1, z2), 0)));
          case FIRST_VIEW_ONLY -> spread(running.follow("1", z1));
          case FULL_MUTUAL_INFORMATION ->
              LogDetInformation.negative(
                  running.follow(z1, z2), settings.epsilon(), settings.residualEpsilon());
        };
    Loss loss =
        Loss.of("similarity", attraction.mul(settings.similarityWeight()))
            .plus("covariance", spread.mul(settings.covarianceWeight()));
    return tracked == null
        ? loss
        : loss.tracking(TRACKED, information(tracked, z1.detach(), z2.detach()));
  }

  @Override
  public void update(Step step) {
    running.accept();
    if (tracked != null) {
      tracked.accept();
    }
  }

  /**
   * Returns {@code covariance1}, {@code mean1} and so on; without the number if pooled; under
   * {@code ldmi.} what the tracked information has for itself.
   */
  @Override
  public Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>(running.state());
    if (tracked != null) {
      tracked.state().forEach((name, tensor) -> state.put(TRACKED + "." + name, tensor));
    }
    return state;
  }

  private Tensor spread(Tensor... covariances) {
    return LogDetInformation.spread(List.of(covariances), settings.epsilon());
  }

  /** Returns the information, or NaN where there is none: what is only logged stops nothing. */
  private Tensor information(RunningCovariances state, Tensor z1, Tensor z2) {
    try {
      return LogDetInformation.negative(
              state.follow(z1, z2), settings.epsilon(), settings.epsilon())
          .neg();
    } catch (NotPositiveDefiniteException e) {
      return Tensor.scalar(Double.NaN);
    }
  }
}
