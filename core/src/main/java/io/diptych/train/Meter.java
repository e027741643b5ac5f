package io.diptych.train;

import io.diptych.method.Embeddings;
import io.diptych.method.Loss;
import io.diptych.method.Step;
import io.diptych.tensor.Backend;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.util.Map;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Sums up the losses of a run between log lines and over epochs. The sums stay on the device and
 * are read when a line or a checkpoint is due, so that no step waits for the device. They are part
 * of a checkpoint: a resumed run logs what the uninterrupted one would have.
 */
final class Meter {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final double NANOS = 1e9;
  private static final String TERMS = "terms";
  private static final String METRICS = "metrics";

  private final Means terms;
  private final Means metrics;
  private final Tensor epochLoss;
  private long epochSteps;
  private FeatureHealth health = FeatureHealth.UNKNOWN;
  private double gradNorm = Double.NaN;
  private double secondsBefore;
  private long started;
  private long lineStarted;
  private long lineImages;
  private long lineWaited;

  Meter(Device device) {
    this.terms = new Means(device);
    this.metrics = new Means(device);
    this.epochLoss = Scope.keep(Tensor.zeros(DType.FLOAT64, device));
  }

  void start() {
    started = System.nanoTime();
    lineStarted = started;
  }

  void waited(long nanos) {
    lineWaited += nanos;
  }

  /** Adds the loss of a step, and looks at its embeddings if a log line is due. */
  void add(Loss loss, Embeddings embeddings, long images, boolean lineDue) {
    terms.add(loss.terms());
    metrics.add(loss.metrics());
    epochLoss.add_(loss.total().detach());
    epochSteps++;
    lineImages += images;
    if (lineDue) {
      health = FeatureHealth.of(embeddings);
    }
  }

  /** Takes up numbers beside the loss. */
  void track(Map<String, Tensor> values) {
    metrics.add(values);
  }

  /** Takes up the norm of a step's gradient. */
  void gradient(double norm) {
    gradNorm = norm;
  }

  /** Returns the width of the embeddings that the last line looked at; 0 if unknown. */
  long width() {
    return health.width();
  }

  /**
   * Fails if a loss since the last line was infinite or NaN.
   *
   * @throws DivergedException naming the term
   */
  void requireFinite(Step made) {
    requireFinite(made, () -> "");
  }

  /**
   * Fails if a loss since the last line was infinite or NaN.
   *
   * @param explanation of the cause, asked for only then; may be empty
   * @throws DivergedException naming the term
   */
  void requireFinite(Step made, Supplier<String> explanation) {
    terms.sums(
        (name, value) -> {
          if (!Double.isFinite(value)) {
            String cause = explanation.get();
            throw new DivergedException(
                "the loss term '"
                    + name
                    + "' became "
                    + (Double.isNaN(value) ? "NaN" : "infinite")
                    + " at step "
                    + made.number()
                    + " (epoch "
                    + (made.epoch() + 1)
                    + ")"
                    + (cause.isEmpty() ? "" : ": " + cause)
                    + "; the last checkpoint is from before. Try a lower learning rate or a longer"
                    + " warm-up");
          }
        });
  }

  MetricSink.StepMetrics line(Step made, double lr) {
    requireFinite(made);
    Map<String, Double> means = terms.take();
    long now = System.nanoTime();
    double elapsed = Math.max(1, now - lineStarted) / NANOS;
    MetricSink.StepMetrics line =
        new MetricSink.StepMetrics(
            made.number(),
            made.total(),
            (double) made.number() / made.perEpoch(),
            means.values().stream().mapToDouble(Double::doubleValue).sum(),
            means,
            metrics.take(),
            lr,
            lineImages / elapsed,
            lineWaited / NANOS / elapsed,
            health.std(),
            health.effectiveRank(),
            seconds(),
            gradNorm,
            Backend.residentBytes());
    lineImages = 0;
    lineWaited = 0;
    lineStarted = now;
    return line;
  }

  /** Returns the mean of the epoch that ends with the last step made, and starts the next. */
  MetricSink.EpochMetrics epoch(Step made) {
    requireFinite(made);
    double mean = epochLoss.item() / epochSteps;
    epochLoss.fill_(0);
    epochSteps = 0;
    return new MetricSink.EpochMetrics(
        (int) (made.number() / made.perEpoch()), made.number(), mean, seconds());
  }

  /** Returns the state as a text. */
  String save() {
    ObjectNode root = JSON.createObjectNode();
    terms.save(root.putObject(TERMS));
    metrics.save(root.putObject(METRICS));
    root.put("epoch_loss", epochLoss.item()).put("epoch_steps", epochSteps);
    return JSON.writeValueAsString(root);
  }

  void restore(String state) {
    JsonNode root = JSON.readTree(state);
    terms.restore(root.path(TERMS));
    metrics.restore(root.path(METRICS));
    epochLoss.fill_(root.path("epoch_loss").asDouble());
    epochSteps = root.path("epoch_steps").asLong();
  }

  /** Takes over the training time of the run before this process. */
  void secondsBefore(double seconds) {
    secondsBefore = seconds;
  }

  private double seconds() {
    return secondsBefore + (System.nanoTime() - started) / NANOS;
  }
}
