package io.diptych.report;

import io.diptych.data.DataException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code metrics.jsonl} logged. Numbers a line does not have are {@link Double#NaN}.
 *
 * @param steps the log lines of training, steps strictly rising
 * @param epochs the closing lines of epochs, epochs strictly rising
 * @param halfWritten whether the last line was cut off and left out
 */
record Metrics(List<Step> steps, List<Epoch> epochs, boolean halfWritten) {

  /** One log line of training. */
  record Step(
      long step,
      double epoch,
      double loss,
      Map<String, Double> terms,
      double learningRate,
      double imagesPerSecond,
      double dataWait,
      double featureStd,
      double effectiveRank,
      double seconds) {}

  /** The line that closes an epoch. */
  record Epoch(long epoch, long step, double loss, double seconds) {}

  static Metrics none() {
    return new Metrics(List.of(), List.of(), false);
  }

  /** The newest log line of training. */
  Optional<Step> last() {
    return steps.isEmpty() ? Optional.empty() : Optional.of(steps.get(steps.size() - 1));
  }

  /**
   * Reads the log. A last line without its line end is still being written, or was when the process
   * ended, and may be incomplete; any other damage is an error that names the line.
   */
  static Metrics read(Path file, String text) {
    List<Step> steps = new ArrayList<>();
    List<Epoch> epochs = new ArrayList<>();
    boolean halfWritten = false;
    int number = 0;
    int from = 0;
    while (from < text.length()) {
      int end = text.indexOf('\n', from);
      String line = text.substring(from, end < 0 ? text.length() : end);
      number++;
      if (!line.isBlank()) {
        try {
          add(Json.ofLine(file, number, line), steps, epochs);
        } catch (DataException e) {
          if (end >= 0) {
            throw e;
          }
          halfWritten = true;
        }
      }
      from = end < 0 ? text.length() : end + 1;
    }
    return new Metrics(List.copyOf(steps), List.copyOf(epochs), halfWritten);
  }

  private static void add(Json json, List<Step> steps, List<Epoch> epochs) {
    switch (json.get("kind").string()) {
      case "step" -> {
        Step step = step(json);
        // A resumed run logs the steps since its checkpoint again: the later lines hold.
        while (!steps.isEmpty() && steps.get(steps.size() - 1).step() >= step.step()) {
          steps.remove(steps.size() - 1);
        }
        steps.add(step);
      }
      case "epoch" -> {
        Epoch epoch =
            new Epoch(
                json.get("epoch").whole(),
                json.get("step").whole(),
                json.number("loss"),
                json.number("seconds"));
        while (!epochs.isEmpty() && epochs.get(epochs.size() - 1).epoch() >= epoch.epoch()) {
          epochs.remove(epochs.size() - 1);
        }
        epochs.add(epoch);
      }
      default -> {
        // Lines of other kinds belong to newer versions.
      }
    }
  }

  private static Step step(Json json) {
    Map<String, Double> terms = new LinkedHashMap<>();
    if (json.has("terms")) {
      json.get("terms").entries().forEach((name, value) -> terms.put(name, value.number()));
    }
    return new Step(
        json.get("step").whole(),
        json.number("epoch"),
        json.number("loss"),
        terms,
        json.number("lr"),
        json.number("images_per_second"),
        json.number("data_wait"),
        json.number("feature_std"),
        json.number("effective_rank"),
        json.number("seconds"));
  }
}
