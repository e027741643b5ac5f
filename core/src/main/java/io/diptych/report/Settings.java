package io.diptych.report;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the run was and how its numbers were measured. */
final class Settings {
  private Settings() {}

  static void write(Html html, Run run) {
    Parts.facts(html, facts(run));
    missing(html, run);
    mixedCheckpoints(html, run);
    Parts.fold(html, "The resolved recipe", () -> listing(html, run.recipeText()));
    Parts.fold(html, "The commands that repeat it", () -> listing(html, commands(run)));
  }

  /** Names what a finished run has and this one does not have yet. */
  private static void missing(Html html, Run run) {
    List<String> missing = new ArrayList<>();
    if (run.metrics().steps().isEmpty()) {
      missing.add("the training log (metrics.jsonl)");
    }
    if (run.views() == null) {
      missing.add("the picture of views (views.png)");
    }
    if (run.evaluations().isEmpty()) {
      missing.add("evaluations (evaluation/)");
    }
    if (!missing.isEmpty()) {
      Parts.explain(html, "Not in the run directory: " + String.join(", ", missing) + ".");
    }
  }

  private static void listing(Html html, String text) {
    html.open("pre", "tabindex", "0").leaf("code", text).close("pre");
  }

  private static String commands(Run run) {
    String directory = Parts.quoted(run.directory());
    StringBuilder commands = new StringBuilder();
    commands
        .append("diptych pretrain ")
        .append(Parts.quoted(run.directory().resolve("recipe.yaml")));
    commands.append(" --out again\n");
    Map<List<String>, List<String>> protocols = new LinkedHashMap<>();
    run.evaluations()
        .forEach(
            (protocol, evaluation) ->
                protocols
                    .computeIfAbsent(evaluation.overrides(), typed -> new ArrayList<>())
                    .add(protocol));
    protocols.forEach(
        (typed, measured) -> {
          commands.append("diptych evaluate again --protocol ").append(String.join(",", measured));
          typed.forEach(override -> commands.append(' ').append(Parts.quoted(override)));
          commands.append('\n');
        });
    return commands.append("diptych report ").append(directory).append(" again\n").toString();
  }

  private static Map<String, String> facts(Run run) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("Run", run.name());
    run.setting("name").ifPresent(name -> facts.put("Recipe", name));
    run.metrics().last().ifPresent(last -> training(facts, last));
    run.data().ifPresent(data -> data(facts, data));
    run.evaluations().values().forEach(evaluation -> facts.putAll(evaluation.versions()));
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
  static String moment(String time) {
    try {
      return DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'", Locale.ROOT)
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
      html.leaf("h" + level, Wording.title(evaluation.protocol()));
      Parts.explain(html, Wording.explanation(evaluation.protocol()));
      Map<String, String> facts = new LinkedHashMap<>();
      String created = evaluation.created();
      put(facts, "Measured", created == null ? null : moment(created));
      facts.putAll(evaluation.settings());
      if (!facts.isEmpty()) {
        Parts.facts(html, facts);
      }
    }
    Parts.explain(
        html,
        "Raw pixels: the same classifiers on the image’s values themselves. Untrained encoder: the"
            + " same network with its first random weights. What pretraining is worth is the"
            + " distance to both. Pretraining itself used no labels.");
  }

  /** Lists the images that could not be read. */
  static void skipped(Html html, Run run) {
    List<String> skipped = run.skipped();
    Parts.explain(
        html,
        Numbers.count(skipped.size(), "image")
            + (skipped.size() == 1 ? " was" : " were")
            + " left out, as "
            + (skipped.size() == 1 ? "it" : "they")
            + " could not be read.");
    Parts.fold(html, "Which and why", () -> listing(html, String.join("\n", skipped)));
  }
}
