package io.diptych.report;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One file {@code evaluation/PROTOCOL.json}: what was measured, how, and on which data. */
record Evaluation(
    String protocol,
    @Nullable String created,
    @Nullable String checkpoint,
    @Nullable String recipeHash,
    List<String> overrides,
    Data data,
    Map<String, String> settings,
    Map<String, String> versions,
    List<Result> results,
    List<List<Long>> confusion,
    List<Double> perClass,
    List<Neighbours> neighbours,
    List<Measured> measures,
    List<Spectrum> spectra,
    @Nullable Maps maps) {

  private static final int VERSION = 1;

  /** The images a protocol used. */
  record Data(
      String name, long train, long test, List<String> classes, @Nullable String fingerprint) {
    String className(long label) {
      if (label < 0) {
        return "no label";
      }
      return label < classes.size() ? classes.get((int) label) : "class " + label;
    }
  }

  /**
   * The accuracy of one kind of features.
   *
   * @param labelsPerClass null where all were used
   * @param variant what else tells results of a protocol apart, such as the name of a data set
   * @param tested the number of test images
   */
  record Result(
      String features,
      @Nullable Long labelsPerClass,
      @Nullable String variant,
      int draws,
      double mean,
      double std,
      @Nullable Double top5,
      long tested) {}

  /** A test image and the training images whose features are most similar, best first. */
  record Neighbours(Neighbour query, List<Neighbour> nearest) {
    long sameClass() {
      return nearest.stream().filter(n -> n.label() == query.label()).count();
    }
  }

  /** An image with its label; a query has no similarity ({@link Double#NaN}). */
  record Neighbour(long index, long label, double similarity, Png image) {}

  /**
   * What was measured of one kind of features other than accuracy; NaN where it is not a number.
   */
  record Measured(String features, Map<String, Double> values) {}

  /** The variances of one kind of features along their principal directions, largest first. */
  record Spectrum(String features, List<Double> variances) {}

  /** The measures of one kind of features; empty where there are none. */
  Map<String, Double> measures(Features kind) {
    return measures.stream()
        .filter(one -> one.features().equals(kind.key()))
        .findFirst()
        .map(Measured::values)
        .orElse(Map.of());
  }

  static Evaluation read(Path file, String text) {
    Json json = Json.ofFile(file, text);
    Json version = json.get("version");
    if (version.whole() != VERSION) {
      throw version.damaged("this diptych reads version " + VERSION + "; use a newer one");
    }
    Data data = data(json.get("data"));
    List<Measured> measures = json.items("measures").stream().map(Evaluation::measured).toList();
    Accuracies accuracies = new Accuracies(json, measures);
    List<Result> results = new ArrayList<>(accuracies.results());
    json.items("results").forEach(result -> results.add(result(result, data.test())));
    return new Evaluation(
        json.get("protocol").string(),
        json.string("created"),
        json.string("checkpoint"),
        json.string("recipe_hash"),
        overrides(json),
        data,
        shown(json, "settings"),
        shown(json, "versions"),
        results,
        confusion(json, data.classes().size()),
        perClass(json, data.classes().size()),
        json.items("neighbours").stream().map(Evaluation::neighbours).toList(),
        accuracies.others(),
        json.items("spectra").stream().map(Evaluation::spectrum).toList(),
        json.has("maps") ? Maps.read(json) : null);
  }

  /** What was typed, as words. The file has each in a line of its own. */
  private static List<String> overrides(Json json) {
    String joined = json.string("overrides");
    return joined == null ? List.of() : joined.lines().toList();
  }

  private static Data data(Json json) {
    return new Data(
        json.get("name").string(),
        json.get("train").whole(),
        json.get("test").whole(),
        json.get("classes").items().stream().map(Json::string).toList(),
        json.string("fingerprint"));
  }

  private static Map<String, String> shown(Json json, String key) {
    Map<String, String> values = new LinkedHashMap<>();
    if (json.has(key)) {
      json.get(key).entries().forEach((name, value) -> values.put(name, value.shown()));
    }
    return values;
  }

  /** Features that are none of the known kinds, such as those of an exit, are the encoder's. */
  private static Result result(Json json, long tested) {
    String features = json.get("features").string();
    boolean isKind = Features.isKind(features);
    return new Result(
        isKind ? features : Features.ENCODER.key(),
        json.has("labels_per_class") ? json.get("labels_per_class").whole() : null,
        isKind ? null : features,
        json.items("accuracy").size(),
        json.get("mean").number(),
        json.has("std") ? json.get("std").number() : 0,
        json.has("top5") ? json.get("top5").number() : null,
        tested);
  }

  private static Measured measured(Json json) {
    Map<String, Double> values = new LinkedHashMap<>();
    json.get("values").entries().forEach((name, value) -> values.put(name, value.numberOrNull()));
    return new Measured(json.get("features").string(), values);
  }

  private static Spectrum spectrum(Json json) {
    return new Spectrum(
        json.get("features").string(),
        json.get("variances").items().stream().map(Json::number).toList());
  }

  private static List<List<Long>> confusion(Json json, int classes) {
    List<List<Long>> rows = new ArrayList<>();
    for (Json row : json.items("confusion")) {
      List<Long> cells = row.items().stream().map(Json::whole).toList();
      if (cells.size() != classes) {
        throw row.damaged("expected " + classes + " numbers, one per class");
      }
      rows.add(cells);
    }
    if (!rows.isEmpty() && rows.size() != classes) {
      throw json.get("confusion").damaged("expected " + classes + " rows, one per class");
    }
    return rows;
  }

  private static List<Double> perClass(Json json, int classes) {
    List<Double> values = json.items("per_class").stream().map(Json::number).toList();
    if (!values.isEmpty() && values.size() != classes) {
      throw json.get("per_class").damaged("expected " + classes + " numbers, one per class");
    }
    return values;
  }

  private static Neighbours neighbours(Json json) {
    return new Neighbours(
        neighbour(json.get("query")),
        json.get("nearest").items().stream().map(Evaluation::neighbour).toList());
  }

  private static Neighbour neighbour(Json json) {
    return new Neighbour(
        json.get("index").whole(),
        json.has("label") ? json.get("label").whole() : -1,
        json.number("similarity"),
        Png.ofUri(json.get("png")));
  }
}
