package io.diptych.report;

import io.diptych.data.DataException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Reads run directories. Only {@code recipe.yaml} must be there; the rest is shown if present. */
final class RunFiles {
  private static final String RECIPE = "recipe.yaml";

  private RunFiles() {}

  /** Reads the runs and gives each a name of its own, as short as their paths allow. */
  static List<Run> read(List<Path> directories) {
    List<Run> runs = directories.stream().map(RunFiles::read).toList();
    for (int parts = 1; parts <= 8; parts++) {
      int length = parts;
      List<String> names = runs.stream().map(run -> tail(run.directory(), length)).toList();
      if (names.stream().distinct().count() == names.size()) {
        return Stream.iterate(0, i -> i < names.size(), i -> i + 1)
            .map(i -> runs.get(i).named(names.get(i)))
            .toList();
      }
    }
    throw new IllegalArgumentException("the same run directory is given twice: " + directories);
  }

  private static Run read(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw new DataException(directory + ": no such run directory");
    }
    Path recipeFile = directory.resolve(RECIPE);
    if (!Files.exists(recipeFile)) {
      throw new DataException(
          directory
              + ": not a run directory, as it has no "
              + RECIPE
              + "; diptych pretrain writes one");
    }
    String recipe = text(recipeFile);
    Path metrics = directory.resolve("metrics.jsonl");
    Path views = directory.resolve("views.png");
    Path skipped = directory.resolve("skipped.txt");
    return new Run(
        tail(directory, 1),
        directory,
        recipe,
        settings(recipeFile, recipe),
        Files.exists(metrics) ? Metrics.read(metrics, text(metrics)) : Metrics.none(),
        Files.exists(views) ? Png.ofFile(bytes(views), views) : null,
        evaluations(directory.resolve("evaluation")),
        Files.exists(skipped) ? text(skipped).lines().toList() : List.of());
  }

  private static Map<String, Evaluation> evaluations(Path folder) {
    Map<String, Evaluation> evaluations =
        new TreeMap<>(
            Comparator.comparingInt(Wording::rank).thenComparing(Comparator.naturalOrder()));
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        files
            .filter(file -> file.getFileName().toString().endsWith(".json"))
            .sorted(Comparator.comparing(Path::toString))
            .map(file -> Evaluation.read(file, text(file)))
            .forEach(evaluation -> evaluations.put(evaluation.protocol(), evaluation));
      } catch (IOException e) {
        throw new DataException(folder + ": cannot be read: " + Reason.of(e));
      }
    }
    return evaluations;
  }

  private static Map<String, String> settings(Path file, String yaml) {
    JsonNode root;
    try {
      root = new YAMLMapper().readTree(yaml);
    } catch (JacksonException e) {
      String line = e.getLocation() == null ? "" : "line " + e.getLocation().getLineNr() + ": ";
      String cause = e.getOriginalMessage().lines().findFirst().orElse("");
      throw new DataException(file + ": " + line + "not YAML: " + cause);
    }
    Map<String, String> settings = new LinkedHashMap<>();
    flatten("", root, settings);
    return settings;
  }

  private static void flatten(String key, JsonNode node, Map<String, String> settings) {
    String prefix = key.isEmpty() ? "" : key + ".";
    if (node.isArray() && node.valueStream().anyMatch(JsonNode::isObject)) {
      for (int i = 0; i < node.size(); i++) {
        flatten(prefix + i, node.get(i), settings);
      }
    } else if (node.isObject() && !node.isEmpty()) {
      node.properties().forEach(e -> flatten(prefix + e.getKey(), e.getValue(), settings));
    } else if (!key.isEmpty()) {
      settings.put(key, node.isString() ? node.stringValue() : node.toString());
    }
  }

  private static String tail(Path directory, int parts) {
    Path path = directory.toAbsolutePath().normalize();
    int count = path.getNameCount();
    return count == 0
        ? path.toString()
        : path.subpath(Math.max(0, count - parts), count).toString();
  }

  /** A file's text. A letter cut in half, as in a half-written line, becomes U+FFFD. */
  private static String text(Path file) {
    return new String(bytes(file), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new DataException(file + ": cannot be read: " + Reason.of(e));
    }
  }
}
