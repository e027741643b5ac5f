package io.diptych.cli;

import io.diptych.evaluate.Candidate;
import io.diptych.evaluate.ClusterProtocol;
import io.diptych.evaluate.EvaluateSettings;
import io.diptych.evaluate.Findings;
import io.diptych.evaluate.FineTuneSettings;
import io.diptych.evaluate.Measures;
import io.diptych.evaluate.Protocol;
import io.diptych.evaluate.Score;
import io.diptych.recipe.Pretraining;
import io.diptych.recipe.Recipe;
import io.diptych.recipe.RunDirectory;
import io.diptych.recipe.SavedEncoder;
import io.diptych.tensor.Device;
import io.diptych.tensor.Scope;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Runs protocols on a saved encoder and prints the accuracies. */
final class Evaluating {
  /** What is measured where nothing else is asked for. */
  static final List<String> PROTOCOLS = List.of(Protocol.KNN.key(), Protocol.LINEAR.key());

  /** Stands for every protocol; for transfer only if it is told to what. */
  private static final String ALL = "all";

  private Evaluating() {}

  /**
   * Runs protocols, in their order.
   *
   * @param again whether to measure what an earlier evaluation of the same has measured
   */
  static void run(
      Path path, List<String> overrides, List<String> keys, boolean again, PrintWriter out)
      throws IOException {
    SavedEncoder saved = SavedEncoder.open(path, overrides);
    Recipe recipe = saved.recipe();
    Device device = Pretraining.device(recipe);
    Path directory =
        new RunDirectory(Files.isDirectory(path) ? path : Path.of(path + "-run")).evaluation();
    ConsoleSteps steps = new ConsoleSteps(out);
    EvaluateSettings settings = recipe.evaluate();
    Set<Protocol> protocols = protocols(keys, settings);
    if (protocols.contains(Protocol.CLUSTER)
        && settings.cluster().assign() == ClusterProtocol.Assign.ARGMAX) {
      saved.requireClassifier();
    }
    if (protocols.contains(Protocol.PROJECT)) {
      Candidate.requireLayer(saved, settings.project().layer());
    }
    if (protocols.contains(Protocol.TRANSFER)) {
      settings.transfer().requireSets();
    }
    try (Scope scope = Scope.open();
        Candidate candidate =
            new Candidate(
                saved,
                settings.features(),
                device,
                recipe.data(),
                report -> Training.tellSkipped(report, out),
                Pretraining.versions())) {
      for (Protocol protocol : protocols) {
        Optional<Findings> stored =
            again ? Optional.empty() : protocol.stored(candidate, settings, directory);
        Findings findings =
            stored.isPresent()
                ? stored.get()
                : protocol.run(candidate, settings, directory, steps, Stop::requested);
        steps.end();
        if (stored.isPresent()) {
          out.printf(
              Locale.ROOT,
              "%n%s: measured before, of the same checkpoint, images and settings: %s"
                  + " (--again measures anew)%n",
              protocol.key(),
              directory.resolve(protocol.key() + ".json"));
        }
        print(protocol, settings, findings, out);
      }
    }
    out.flush();
  }

  private static Set<Protocol> protocols(List<String> keys, EvaluateSettings settings) {
    Set<Protocol> protocols = EnumSet.noneOf(Protocol.class);
    for (String key : keys) {
      if (key.equals(ALL)) {
        protocols.addAll(EnumSet.allOf(Protocol.class));
        if (settings.transfer().isEmpty()) {
          protocols.remove(Protocol.TRANSFER);
        }
      } else {
        protocols.add(
            Protocol.of(key)
                .orElseThrow(
                    () ->
                        new IllegalArgumentException(
                            "--protocol: unknown protocol '"
                                + key
                                + "' (one of: "
                                + String.join(", ", Protocol.keys())
                                + ", or all)")));
      }
    }
    return protocols;
  }

  private static String title(Protocol protocol, EvaluateSettings settings) {
    return switch (protocol) {
      case KNN -> "kNN, k = " + settings.knn().k();
      case LINEAR -> "linear probe";
      case FINETUNE -> finetune(settings.finetune());
      case PROJECT -> "map, trustworthiness";
      default -> protocol.key();
    };
  }

  private static String finetune(FineTuneSettings settings) {
    String list = settings.list();
    return "finetune, "
        + (list == null
            ? BigDecimal.valueOf(settings.labels()).stripTrailingZeros().toPlainString() + " %"
            : String.valueOf(Path.of(list).getFileName()));
  }

  private static void print(
      Protocol protocol, EvaluateSettings settings, Findings findings, PrintWriter out) {
    if (!findings.scores().isEmpty()) {
      printScores(title(protocol, settings), findings.scores(), out);
    }
    if (!findings.measures().isEmpty()) {
      boolean alone = findings.scores().isEmpty();
      printMeasures(alone ? title(protocol, settings) : protocol.key(), findings.measures(), out);
    }
  }

  private static void printMeasures(String title, List<Measures> measures, PrintWriter out) {
    StringBuilder head = new StringBuilder();
    measures
        .get(0)
        .values()
        .keySet()
        .forEach(name -> head.append(String.format(Locale.ROOT, "%16s", name)));
    out.printf(Locale.ROOT, "%n%-22s%s%n", title, head);
    for (Measures one : measures) {
      StringBuilder row = new StringBuilder();
      one.values().values().forEach(value -> row.append(cell(value)));
      out.printf(Locale.ROOT, "  %-20s%s%n", one.features(), row);
    }
    out.flush();
  }

  private static String cell(double value) {
    return Double.isNaN(value)
        ? String.format(Locale.ROOT, "%16s", "–")
        : String.format(Locale.ROOT, "%16.4f", value);
  }

  private static void printScores(String title, List<Score> scores, PrintWriter out) {
    Map<String, StringBuilder> rows = new LinkedHashMap<>();
    StringBuilder head = new StringBuilder();
    for (Score score : scores) {
      boolean first = !rows.containsKey(score.features()) && rows.isEmpty();
      StringBuilder row = rows.computeIfAbsent(score.features(), key -> new StringBuilder());
      row.append(
          String.format(
              Locale.ROOT,
              "%16s",
              score.accuracy().size() > 1
                  ? String.format(Locale.ROOT, "%.1f ± %.1f", 100 * score.mean(), 100 * score.std())
                  : String.format(Locale.ROOT, "%.1f", 100 * score.mean())));
      if (first || score.features().equals(rows.keySet().iterator().next())) {
        Integer labels = score.labelsPerClass();
        head.append(
            String.format(Locale.ROOT, "%16s", labels == null ? "all labels" : labels + " labels"));
      }
    }
    out.printf(Locale.ROOT, "%n%-22s%s%n", title + ", %", head);
    rows.forEach((name, row) -> out.printf(Locale.ROOT, "  %-20s%s%n", name, row));
    out.flush();
  }
}
