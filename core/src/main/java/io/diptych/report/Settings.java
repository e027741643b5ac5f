package io.diptych.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

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
    List<Metrics.Step> steps = run.metrics().steps();
    if (!steps.isEmpty()) {
      Metrics.Step last = steps.get(steps.size() - 1);
      facts.put("Steps", Numbers.count(last.step()));
      if (Double.isFinite(last.seconds())) {
        facts.put("Training time", Numbers.duration(last.seconds()));
      }
    }
    run.data()
        .ifPresent(
            data -> {
              facts.put("Data", data.name());
              facts.put("Training images", Numbers.count(data.train()));
              facts.put("Test images", Numbers.count(data.test()));
              facts.put("Classes", Numbers.count(data.classes().size()));
              if (data.fingerprint() != null) {
                facts.put("Data fingerprint", data.fingerprint());
              }
            });
    for (Evaluation evaluation : run.evaluations().values()) {
      String created = evaluation.created();
      if (created != null) {
        facts.put("Measured, " + Measure.protocolName(evaluation.protocol()), created);
      }
      if (evaluation.recipeHash() != null) {
        facts.put("Recipe hash", evaluation.recipeHash());
      }
      if (evaluation.checkpoint() != null) {
        facts.put("Checkpoint", evaluation.checkpoint());
      }
      evaluation.versions().forEach((name, version) -> facts.put(name, version));
    }
    return facts;
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
