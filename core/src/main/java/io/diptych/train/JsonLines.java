package io.diptych.train;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Metrics as {@code metrics.jsonl}: one JSON object per line, complete after each line. */
public final class JsonLines implements MetricSink {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Path file;

  /**
   * Opens the file, which may exist: lines about steps after {@code fromStep}, and a line that was
   * cut off, are dropped, as the run will write them again.
   *
   * @throws IOException if the file cannot be written
   */
  public JsonLines(Path file, long fromStep) throws IOException {
    this.file = file;
    List<String> kept = new ArrayList<>();
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
        if (stepOf(line) <= fromStep) {
          kept.add(line);
        }
      }
    }
    Path beside = file.resolveSibling(file.getFileName() + ".tmp");
    Files.write(beside, kept, StandardCharsets.UTF_8);
    Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void step(StepMetrics metrics) throws IOException {
    ObjectNode line = JSON.createObjectNode().put("kind", "step");
    line.put("step", metrics.step()).put("epoch", metrics.epoch()).put("loss", metrics.loss());
    ObjectNode terms = line.putObject("terms");
    metrics.terms().forEach(terms::put);
    if (!metrics.metrics().isEmpty()) {
      ObjectNode tracked = line.putObject("metrics");
      metrics.metrics().forEach((name, value) -> putFinite(tracked, name, value));
    }
    line.put("lr", metrics.lr())
        .put("images_per_second", metrics.imagesPerSecond())
        .put("data_wait", metrics.dataWait());
    putFinite(line, "feature_std", metrics.featureStd());
    putFinite(line, "effective_rank", metrics.effectiveRank());
    line.put("seconds", metrics.seconds());
    putFinite(line, "grad_norm", metrics.gradNorm());
    line.put("memory", metrics.memory());
    append(line);
  }

  @Override
  public void epoch(EpochMetrics metrics) throws IOException {
    append(
        JSON.createObjectNode()
            .put("kind", "epoch")
            .put("epoch", metrics.epoch())
            .put("step", metrics.step())
            .put("loss", metrics.loss())
            .put("seconds", metrics.seconds()));
  }

  @Override
  public void warning(Warning warning) throws IOException {
    append(
        JSON.createObjectNode()
            .put("kind", "warning")
            .put("step", warning.step())
            .put("rule", warning.rule())
            .put("text", warning.text()));
  }

  @Override
  public void measure(Measure measure) throws IOException {
    ObjectNode line = JSON.createObjectNode().put("kind", "measure");
    line.put("step", measure.step()).put("epoch", measure.epoch()).put("name", measure.name());
    putFinite(line, "value", measure.value());
    append(line);
  }

  /**
   * Returns the training time that a file notes for a step, or the last one before it.
   *
   * @return seconds; 0 if there is no such line
   * @throws IOException if the file cannot be read
   */
  public static double seconds(Path file, long step) throws IOException {
    double seconds = 0;
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
        if (stepOf(line) <= step) {
          seconds = JSON.readTree(line).path("seconds").asDouble(seconds);
        }
      }
    }
    return seconds;
  }

  /** JSON has no way to write other numbers. */
  private static void putFinite(ObjectNode object, String key, double value) {
    if (Double.isFinite(value)) {
      object.put(key, value);
    }
  }

  private void append(ObjectNode line) throws IOException {
    Files.writeString(
        file,
        JSON.writeValueAsString(line) + "\n",
        StandardCharsets.UTF_8,
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  private static long stepOf(String line) {
    try {
      return JSON.readTree(line).path("step").asLong(Long.MAX_VALUE);
    } catch (JacksonException e) {
      return Long.MAX_VALUE;
    }
  }
}
