package io.diptych.method;

import io.diptych.Golden;
import io.diptych.backbone.Backbone;
import io.diptych.option.Options;
import io.diptych.tensor.DType;
import io.diptych.tensor.Tensor;
import io.diptych.view.Batch;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A recorded case at work: the method with the case's settings, and beside it one whose terms weigh
 * 1, as the cases record both.
 */
final class CorInfoMaxCase {
  static final Step STEP = new Step(0, 1, 1);
  private static final Map<String, String> SETTINGS =
      Map.of(
          "R_ini", "covariance_start",
          "la_R", "covariance_memory",
          "la_mu", "mean_memory",
          "R_eps_weight", "epsilon",
          "R_eps_weight2", "residual_epsilon",
          "sim_loss_weight", "similarity_weight",
          "cov_loss_weight", "covariance_weight",
          "normalize_on", "normalize");

  final CorInfoMax weighted;
  final CorInfoMax plain;
  private final Golden golden;

  private CorInfoMaxCase(Golden golden, CorInfoMax weighted, CorInfoMax plain) {
    this.golden = golden;
    this.weighted = weighted;
    this.plain = plain;
  }

  /**
   * Reads the settings of a case.
   *
   * @param widths of the projector, as {@code 8-4}
   * @param more settings that the case says in other words
   */
  static CorInfoMaxCase of(
      Golden golden, Backbone encoder, String widths, Map<String, Object> more) {
    Map<String, Object> options = new LinkedHashMap<>();
    Object batchNorm = golden.root().path("params").path("batch_norm").asBoolean(false);
    options.put("projector", Map.of("widths", widths, "batch_norm", batchNorm));
    SETTINGS.forEach(
        (theirs, ours) -> {
          if (golden.root().path("params").has(theirs)) {
            boolean flag = golden.parameter(theirs).isBoolean();
            options.put(
                ours,
                flag
                    ? (Object) golden.parameter(theirs).asBoolean()
                    : (Object) golden.parameter(theirs).asDouble());
          }
        });
    options.putAll(more);
    CorInfoMax weighted = create(options, encoder);
    options.put("similarity_weight", 1);
    options.put("covariance_weight", 1);
    return new CorInfoMaxCase(golden, weighted, create(options, new RowEncoder(1)));
  }

  private static CorInfoMax create(Map<String, Object> options, Backbone encoder) {
    CorInfoMax method =
        new CorInfoMax(Options.defaults(CorInfoMax.Settings.class, options), encoder);
    method.network().to(DType.FLOAT64);
    return method;
  }

  /** Returns the embeddings of a step; leaves before the optional normalisation. */
  Tensor leaf(String key) {
    Tensor rows = golden.input(key);
    boolean single =
        golden.root().path("params").path("input_dtype").asString("").equals("float32");
    return (single ? rows.to(DType.FLOAT32) : rows).requiresGrad_(true);
  }

  Embeddings embeddings(Tensor z1, Tensor z2) {
    boolean normalize = golden.root().path("params").path("normalize_on").asBoolean(false);
    return new Embeddings()
        .with("z1", normalize ? z1.normalize(1) : z1)
        .with("z2", normalize ? z2.normalize(1) : z2);
  }

  static Batch batch(Tensor... views) {
    long[] index = new long[(int) views[0].size(0)];
    Tensor none = Tensor.of(index, index.length);
    return new Batch(List.of(views), none, none);
  }

  void update() {
    weighted.update(STEP);
    plain.update(STEP);
  }

  /** Checks every recorded part of the state, such as {@code step0.R12}. */
  void checkState(String prefix, String owner) {
    Map<String, Tensor> state = weighted.state();
    for (Map.Entry<String, String> name :
        Map.of(
                "R", "covariance",
                "R1", "covariance1",
                "R2", "covariance2",
                "R12", "cross_covariance",
                "mu", "mean",
                "mu1", "mean1",
                "mu2", "mean2")
            .entrySet()) {
      if (golden.expects(prefix + name.getKey())) {
        golden.checkEach(
            prefix + name.getKey(), Objects.requireNonNull(state.get(owner + name.getValue())));
      }
    }
  }
}
