package io.diptych.cli;

import io.diptych.backbone.Backbone;
import io.diptych.data.Datasets;
import io.diptych.data.ImageCollection;
import io.diptych.data.ImageSet;
import io.diptych.data.SplitImages;
import io.diptych.data.StreamedSet;
import io.diptych.evaluate.EvaluateSettings;
import io.diptych.evaluate.Features;
import io.diptych.evaluate.KnnProtocol;
import io.diptych.evaluate.LinearProtocol;
import io.diptych.evaluate.Progress;
import io.diptych.evaluate.Score;
import io.diptych.evaluate.Subject;
import io.diptych.recipe.Pretraining;
import io.diptych.recipe.Recipe;
import io.diptych.recipe.RunDirectory;
import io.diptych.recipe.SavedEncoder;
import io.diptych.tensor.Device;
import io.diptych.tensor.Scope;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Runs protocols on a saved encoder and prints the accuracies. */
final class Evaluating {
  static final List<String> PROTOCOLS = List.of(KnnProtocol.NAME, LinearProtocol.NAME);
  private static final int BATCH = 500;

  private Evaluating() {}

  static void run(Path path, List<String> overrides, List<String> protocols, PrintWriter out)
      throws IOException {
    for (String protocol : protocols) {
      if (!PROTOCOLS.contains(protocol)) {
        throw new IllegalArgumentException(
            "--protocol: unknown protocol '"
                + protocol
                + "' (one of: "
                + String.join(", ", PROTOCOLS)
                + ")");
      }
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
      Subject subject = subject(saved, device, data.train(), test, steps);
      EvaluateSettings settings = recipe.evaluate();
      if (protocols.contains(KnnProtocol.NAME)) {
        List<Score> scores =
            KnnProtocol.run(subject, settings.knn(), directory, steps, Stop::requested);
        steps.end();
        print("kNN, k = " + settings.knn().k(), scores, out);
      }
      if (protocols.contains(LinearProtocol.NAME)) {
        List<Score> scores =
            LinearProtocol.run(subject, settings.linear(), directory, steps, Stop::requested);
        steps.end();
        print("linear probe", scores, out);
      }
    }
    out.flush();
  }

  private static Subject subject(
      SavedEncoder saved,
      Device device,
      ImageCollection train,
      ImageCollection test,
      Progress progress)
      throws IOException {
    int channels = train.channels();
    Features features =
        Features.of(saved.mean(), saved.std(), device, BATCH).watched(progress, Stop::requested);
    Backbone trained = saved.trained(channels, device);
    Backbone untrained = saved.untrained(channels, device);
    String hash = saved.info().recipeHash();
    Map<String, String> provenance =
        Map.of("checkpoint", saved.sha256(), "recipe_hash", hash.isEmpty() ? "imported" : hash);
    Map<String, String> versions = Pretraining.versions();
    if (train instanceof StreamedSet streamed) {
      return Subject.of(
          features,
          trained,
          untrained,
          streamed,
          (StreamedSet) test,
          saved.transform(streamed),
          provenance,
          versions);
    }
    ImageSet labelled = ((ImageSet) train).labelledPart();
    return Subject.of(
        features, trained, untrained, labelled, (ImageSet) test, provenance, versions);
  }

  private static void print(String title, List<Score> scores, PrintWriter out) {
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
