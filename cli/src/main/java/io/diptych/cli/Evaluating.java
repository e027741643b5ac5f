package io.diptych.cli;

import io.diptych.backbone.Backbone;
import io.diptych.data.Datasets;
import io.diptych.data.ImageCollection;
import io.diptych.data.ImageSet;
import io.diptych.data.SplitImages;
import io.diptych.data.StreamedSet;
import io.diptych.evaluate.EvaluateSettings;
import io.diptych.evaluate.Features;
import io.diptych.evaluate.Findings;
import io.diptych.evaluate.Measures;
import io.diptych.evaluate.Progress;
import io.diptych.evaluate.Protocol;
import io.diptych.evaluate.Score;
import io.diptych.evaluate.Subject;
import io.diptych.nn.Layer;
import io.diptych.option.OptionException;
import io.diptych.recipe.Pretraining;
import io.diptych.recipe.Recipe;
import io.diptych.recipe.RunDirectory;
import io.diptych.recipe.SavedEncoder;
import io.diptych.tensor.Device;
import io.diptych.tensor.Scope;
import io.diptych.view.ViewPipeline;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Runs protocols on a saved encoder and prints the accuracies. */
final class Evaluating {
  /** What is measured where nothing else is asked for. */
  static final List<String> PROTOCOLS = List.of(Protocol.KNN.key(), Protocol.LINEAR.key());

  private static final int BATCH = 500;

  private Evaluating() {}

  /**
   * Runs protocols, in their order.
   *
   * @param again whether to measure what an earlier evaluation of the same has measured
   */
  static void run(
      Path path, List<String> overrides, List<String> keys, boolean again, PrintWriter out)
      throws IOException {
    Set<Protocol> protocols = EnumSet.noneOf(Protocol.class);
    for (String key : keys) {
      protocols.add(
          Protocol.of(key)
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "--protocol: unknown protocol '"
                              + key
                              + "' (one of: "
                              + String.join(", ", Protocol.keys())
                              + ")")));
    }
    SavedEncoder saved = SavedEncoder.open(path, overrides);
    Recipe recipe = saved.recipe();
    Device device = Pretraining.device(recipe);
    Path directory =
        new RunDirectory(Files.isDirectory(path) ? path : Path.of(path + "-run")).evaluation();
    ConsoleSteps steps = new ConsoleSteps(out);
    try (SplitImages data =
            Datasets.openStored(recipe.data(), report -> Training.tellSkipped(report, out));
        Scope scope = Scope.open()) {
      ImageCollection test = data.test();
      if (test == null) {
        throw new IllegalArgumentException(
            "data.name: '" + recipe.data().name().key() + "' has no test images to evaluate on");
      }
      EvaluateSettings settings = recipe.evaluate();
      String layer = protocols.contains(Protocol.PROJECT) ? settings.project().layer() : null;
      if (layer != null) {
        upTo(layer, saved.untrained(test.channels(), device)); // no protocol shall wait for a typo
      }
      ImageCollection train =
          data.train() instanceof ImageSet resident ? resident.labelledPart() : data.train();
      Subject whole = null;
      for (Protocol protocol : protocols) {
        Optional<Findings> stored =
            again
                ? Optional.empty()
                : protocol.stored(directory, saved.sha256(), train, test, settings);
        Findings findings;
        if (stored.isPresent()) {
          findings = stored.get();
        } else {
          String end = protocol == Protocol.PROJECT ? layer : null;
          boolean needsTraining = protocol.needsTrainingImages();
          Subject subject =
              whole != null && end == null
                  ? whole
                  : subject(saved, device, train, test, needsTraining, end, steps);
          whole = needsTraining ? subject : whole;
          findings = protocol.run(subject, settings, directory, steps, Stop::requested);
        }
        steps.end();
        if (stored.isPresent()) {
          out.printf(
              Locale.ROOT,
              "%n%s: measured before, of the same checkpoint, images and settings: %s"
                  + " (--again measures anew)%n",
              protocol.key(),
              directory.resolve(protocol.key() + ".json"));
        }
        print(title(protocol, settings), findings, out);
      }
    }
    out.flush();
  }

  /**
   * Computes features.
   *
   * @param training whether those of the training images as well
   * @param layer where the encoder ends, or null
   */
  private static Subject subject(
      SavedEncoder saved,
      Device device,
      ImageCollection train,
      ImageCollection test,
      boolean training,
      @Nullable String layer,
      Progress progress)
      throws IOException {
    int channels = train.channels();
    Features features =
        Features.of(saved.mean(), saved.std(), device, BATCH).watched(progress, Stop::requested);
    Layer trained = upTo(layer, saved.trained(channels, device));
    Layer untrained = upTo(layer, saved.untrained(channels, device));
    String hash = saved.info().recipeHash();
    Map<String, String> provenance =
        Map.of("checkpoint", saved.sha256(), "recipe_hash", hash.isEmpty() ? "imported" : hash);
    Map<String, String> versions = Pretraining.versions();
    if (train instanceof StreamedSet streamed) {
      StreamedSet streamedTest = (StreamedSet) test;
      ViewPipeline transform = saved.transform(streamed);
      return training
          ? Subject.of(
              features, trained, untrained, streamed, streamedTest, transform, provenance, versions)
          : Subject.ofTest(
              features,
              trained,
              untrained,
              streamed,
              streamedTest,
              transform,
              provenance,
              versions);
    }
    ImageSet resident = (ImageSet) train;
    ImageSet residentTest = (ImageSet) test;
    return training
        ? Subject.of(features, trained, untrained, resident, residentTest, provenance, versions)
        : Subject.ofTest(
            features, trained, untrained, resident, residentTest, provenance, versions);
  }

  private static Layer upTo(@Nullable String layer, Backbone encoder) {
    try {
      return layer == null ? encoder : encoder.upTo(layer);
    } catch (IllegalArgumentException e) {
      throw new OptionException("evaluate.project.layer", String.valueOf(e.getMessage()));
    }
  }

  private static String title(Protocol protocol, EvaluateSettings settings) {
    return switch (protocol) {
      case KNN -> "kNN, k = " + settings.knn().k();
      case LINEAR -> "linear probe";
      case PROJECT -> "map, trustworthiness";
      default -> protocol.key();
    };
  }

  private static void print(String title, Findings findings, PrintWriter out) {
    if (!findings.scores().isEmpty()) {
      printScores(title, findings.scores(), out);
    }
    if (!findings.measures().isEmpty()) {
      printMeasures(title, findings.measures(), out);
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
      one.values().values().forEach(v -> row.append(String.format(Locale.ROOT, "%16.4f", v)));
      out.printf(Locale.ROOT, "  %-20s%s%n", one.features(), row);
    }
    out.flush();
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
