package io.diptych.train;

import io.diptych.method.Embeddings;
import io.diptych.method.Loss;
import io.diptych.method.Step;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.util.LinkedHashMap;
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

  private final Map<String, Tensor> terms = new LinkedHashMap<>();
  private final Device device;
  private final Tensor epochLoss;
  private long termSteps;
  private long epochSteps;
  private double featureStd;
  private double secondsBefore;
  private long started;
  private long lineStarted;
  private long lineImages;
  private long lineWaited;

  Meter(Device device) {
    this.device = device;
    this.epochLoss = zero();
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
    loss.terms().forEach((name, value) -> sum(name).add_(value.detach()));
    epochLoss.add_(loss.total().detach());
    termSteps++;
    epochSteps++;
    lineImages += images;
    if (lineDue) {
      featureStd = featureStd(embeddings);
    }
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
    terms.forEach(
        (name, sum) -> {
          double value = sum.item();
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
    Map<String, Double> means = new LinkedHashMap<>();
    terms.forEach((name, sum) -> means.put(name, sum.item() / termSteps));
    terms.values().forEach(sum -> sum.fill_(0));
    long now = System.nanoTime();
    double elapsed = Math.max(1, now - lineStarted) / NANOS;
    MetricSink.StepMetrics metrics =
        new MetricSink.StepMetrics(
            made.number(),
            made.total(),
            (double) made.number() / made.perEpoch(),
            means.values().stream().mapToDouble(Double::doubleValue).sum(),
            means,
            lr,
            lineImages / elapsed,
            lineWaited / NANOS / elapsed,
            featureStd,
            seconds());
    termSteps = 0;
    lineImages = 0;
    lineWaited = 0;
    lineStarted = now;
    return metrics;
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
    ObjectNode sums = root.putObject("terms");
    terms.forEach((name, sum) -> sums.put(name, sum.item()));
    root.put("term_steps", termSteps)
        .put("epoch_loss", epochLoss.item())
        .put("epoch_steps", epochSteps)
        .put("seconds", seconds());
    return JSON.writeValueAsString(root);
  }

  void restore(String state) {
    JsonNode root = JSON.readTree(state);
    root.path("terms").properties().forEach(e -> sum(e.getKey()).fill_(e.getValue().asDouble()));
    termSteps = root.path("term_steps").asLong();
    epochLoss.fill_(root.path("epoch_loss").asDouble());
    epochSteps = root.path("epoch_steps").asLong();
    secondsBefore = root.path("seconds").asDouble();
  }

  private double seconds() {
    return secondsBefore + (System.nanoTime() - started) / NANOS;
  }

  private Tensor sum(String name) {
    return terms.computeIfAbsent(name, key -> zero());
  }

  private Tensor zero() {
    return Scope.keep(Tensor.zeros(DType.FLOAT64, device));
  }

  private static double featureStd(Embeddings embeddings) {
    for (Tensor tensor : embeddings.tensors().values()) {
      if (tensor.rank() == 2 && tensor.dtype().isFloatingPoint()) {
        return tensor.detach().to(DType.FLOAT32).normalize(1).std(false, 0).mean().item();
      }
    }
    return Double.NaN;
  }
}
