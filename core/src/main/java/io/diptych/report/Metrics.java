package io.diptych.report;

import io.diptych.data.DataException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * What {@code metrics.jsonl} logged. Numbers a line does not have are {@link Double#NaN}.
 *
 * @param steps the log lines of training, steps strictly rising
 * @param epochs the closing lines of epochs, epochs strictly rising
 * @param measures what was measured after some epochs, by name, steps strictly rising
 * @param warnings signs that the run went wrong
 * @param halfWritten whether the last line was cut off and left out
 */
record Metrics(
    List<Step> steps,
    List<Epoch> epochs,
    Map<String, List<Sample>> measures,
    List<Warning> warnings,
    boolean halfWritten) {

  /** One log line of training. */
  record Step(
      long step,
      double epoch,
      double loss,
      Map<String, Double> terms,
      Map<String, Double> tracked,
      double learningRate,
      double imagesPerSecond,
      double dataWait,
      double featureStd,
      double effectiveRank,
      double gradNorm,
      double seconds) {}

  /** The line that closes an epoch. */
  record Epoch(long epoch, long step, double loss, double seconds) {}

  /** A value at a point of training. */
  record Sample(long step, double epoch, double value) {}

  /** What training saw and what it advises. */
  record Warning(long step, String text) {}

  static Metrics none() {
    return new Reader().read(false);
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
    Reader reader = new Reader();
    boolean halfWritten = false;
    int number = 0;
    int from = 0;
    while (from < text.length()) {
      int end = text.indexOf('\n', from);
      String line = text.substring(from, end < 0 ? text.length() : end);
      number++;
      if (!line.isBlank()) {
        try {
          reader.add(Json.ofLine(file, number, line));
        } catch (DataException e) {
          if (end >= 0) {
            throw e;
          }
          halfWritten = true;
        }
      }
      from = end < 0 ? text.length() : end + 1;
    }
    return reader.read(halfWritten);
  }

  private static final class Reader {
    private final List<Step> steps = new ArrayList<>();
    private final List<Epoch> epochs = new ArrayList<>();
    private final Map<String, List<Sample>> measures = new LinkedHashMap<>();
    private final List<Warning> warnings = new ArrayList<>();

    void add(Json json) {
      switch (json.get("kind").string()) {
        case "step" -> append(steps, step(json), Step::step);
        case "epoch" -> append(epochs, epoch(json), Epoch::epoch);
        case "measure" -> {
          Sample sample =
              new Sample(json.get("step").whole(), json.number("epoch"), json.number("value"));
          String name = json.get("name").string();
          append(measures.computeIfAbsent(name, n -> new ArrayList<>()), sample, Sample::step);
        }
        case "warning" ->
            warnings.add(new Warning(json.get("step").whole(), json.get("text").string()));
        default -> {
          // Lines of other kinds belong to newer versions.
        }
      }
    }

    /** Adds a line. A resumed run logs what followed its checkpoint again: the later lines hold. */
    private static <T> void append(List<T> list, T line, ToLongFunction<T> place) {
      while (!list.isEmpty()
          && place.applyAsLong(list.get(list.size() - 1)) >= place.applyAsLong(line)) {
        list.remove(list.size() - 1);
      }
      list.add(line);
    }

    Metrics read(boolean halfWritten) {
      return new Metrics(
          List.copyOf(steps),
          List.copyOf(epochs),
          Collections.unmodifiableMap(measures),
          List.copyOf(warnings),
          halfWritten);
    }
  }

  private static Epoch epoch(Json json) {
    return new Epoch(
        json.get("epoch").whole(),
        json.get("step").whole(),
        json.number("loss"),
        json.number("seconds"));
  }

  private static Step step(Json json) {
    return new Step(
        json.get("step").whole(),
        json.number("epoch"),
        json.number("loss"),
        numbers(json, "terms"),
        numbers(json, "metrics"),
        json.number("lr"),
        json.number("images_per_second"),
        json.number("data_wait"),
        json.number("feature_std"),
        json.number("effective_rank"),
        json.number("grad_norm"),
        json.number("seconds"));
  }

  private static Map<String, Double> numbers(Json json, String key) {
    Map<String, Double> numbers = new LinkedHashMap<>();
    if (json.has(key)) {
      json.get(key).entries().forEach((name, value) -> numbers.put(name, value.number()));
    }
    return numbers;
  }
}
