package io.diptych.report;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the run was and how its numbers were measured. */
final class Settings {
  private Settings() {}

  static void write(Html html, Run run) {
    Parts.facts(html, facts(run));
    mixedCheckpoints(html, run);
    Parts.fold(
        html,
        "The resolved recipe",
        () -> html.open("pre", "tabindex", "0").leaf("code", run.recipeText()).close("pre"));
  }

  private static Map<String, String> facts(Run run) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("Run", run.name());
    run.setting("name").ifPresent(name -> facts.put("Recipe", name));
    run.metrics().last().ifPresent(last -> training(facts, last));
    run.data().ifPresent(data -> data(facts, data));
    for (Evaluation evaluation : run.evaluations().values()) {
      String name = Measure.protocolName(evaluation.protocol());
      put(facts, name + " measured", moment(evaluation.created()));
      facts.putAll(evaluation.versions());
    }
    run.data().ifPresent(data -> put(facts, "Data fingerprint", data.fingerprint()));
    for (Evaluation evaluation : run.evaluations().values()) {
      put(facts, "Recipe hash", evaluation.recipeHash());
      put(facts, "Checkpoint", evaluation.checkpoint());
    }
    return facts;
  }

  private static void training(Map<String, String> facts, Metrics.Step last) {
    facts.put("Steps", Numbers.count(last.step()));
    if (Double.isFinite(last.seconds())) {
      facts.put("Training time", Numbers.duration(last.seconds()));
    }
  }

  private static void data(Map<String, String> facts, Evaluation.Data data) {
    facts.put("Data", data.name());
    facts.put("Training images", Numbers.count(data.train()));
    facts.put("Test images", Numbers.count(data.test()));
    facts.put("Classes", Numbers.count(data.classes().size()));
  }

  private static void put(Map<String, String> facts, String name, @Nullable String value) {
    if (value != null) {
      facts.put(name, value);
    }
  }

  /** A time as people read it, where it is one: "2026-11-22 08:30 UTC". */
  private static @Nullable String moment(@Nullable String time) {
    try {
      return time == null
          ? null
          : DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'", Locale.ROOT)
              .format(Instant.parse(time).atOffset(ZoneOffset.UTC));
    } catch (DateTimeParseException e) {
      return time;
    }
  }

  private static void mixedCheckpoints(Html html, Run run) {
    long checkpoints =
        run.evaluations().values().stream()
            .map(Evaluation::checkpoint)
            .filter(Objects::nonNull)
            .distinct()
            .count();
    if (checkpoints > 1) {
      Parts.absent(
          html,
          "The protocols were measured on different checkpoints. Measure them again together:",
          Parts.evaluateCommand(run));
    }
  }

  /** Explains each protocol and lists its settings. */
  static void protocols(Html html, Run run, int level) {
    for (Evaluation evaluation : run.evaluations().values()) {
      html.leaf("h" + level, Measure.protocolName(evaluation.protocol()));
      Parts.explain(html, explanation(evaluation.protocol()));
      if (!evaluation.settings().isEmpty()) {
        Parts.facts(html, evaluation.settings());
      }
    }
    Parts.explain(
        html,
        "Raw pixels: the same classifiers on the image’s values themselves. Untrained encoder: the"
            + " same network with its first random weights. What pretraining is worth is the"
            + " distance to both. Pretraining itself used no labels.");
  }

  private static String explanation(String protocol) {
    return switch (protocol) {
      case Run.KNN ->
          "Each test image is given the class that weighs most among the training images whose"
              + " features are most similar to its own. Nothing is trained.";
      case Run.LINEAR ->
          "One linear layer is trained on the frozen features of the labelled training images and"
              + " then classifies the test images. With few labels per class, the labelled images"
              + " are drawn several times; the numbers are the mean and the standard deviation over"
              + " these draws.";
      default -> "Measured with the settings below.";
    };
  }
}
