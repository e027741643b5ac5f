package io.diptych.evaluate;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A result file that is there already. */
final class StoredResult {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** What results are of that do not say what of the encoder they judge. */
  private static final String PLAIN = ResultFile.text(Encoding.PLAIN);

  /** What of the provenance decides on the numbers. */
  private static final List<String> SAME = List.of(EncoderSource.CHECKPOINT, EncoderSource.USE);

  private StoredResult() {}

  /**
   * Returns what a file says if it is of the same checkpoint, images and settings; what cannot be
   * read counts as not there.
   *
   * @param images asked for only if all else is the same
   */
  static Optional<Findings> find(
      Path directory,
      String protocol,
      Map<String, String> provenance,
      Supplier<DataIdentity> images,
      Encoding.Settings features,
      Record settings)
      throws IOException {
    Path file = directory.resolve(protocol + ".json");
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      JsonNode root = JSON.readTree(Files.readString(file));
      boolean isSame =
          root.path("version").asInt(0) == ResultFile.VERSION
              && SAME.stream()
                  .allMatch(
                      key -> root.path(key).asString("").equals(provenance.getOrDefault(key, "")))
              && root.path(ResultFile.FEATURES).asString(PLAIN).equals(ResultFile.text(features))
              && root.path("settings").equals(ResultFile.tree(settings))
              && isOf(root.path("data"), images.get());
      return isSame ? Optional.of(findings(root)) : Optional.empty();
    } catch (JacksonException | CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private static boolean isOf(JsonNode data, DataIdentity images) {
    return data.path("name").asString("").equals(images.name())
        && data.path("fingerprint").asString("").equals(images.fingerprint())
        && data.path("train").asInt(-1) == images.train()
        && data.path("test_fingerprint").asString("").equals(images.testFingerprint())
        && data.path("test").asInt(-1) == images.test();
  }

  private static Findings findings(JsonNode root) {
    List<Score> scores = new ArrayList<>();
    for (JsonNode node : root.path("results")) {
      JsonNode labels = node.required("labels_per_class");
      scores.add(
          new Score(
              node.required("features").asString(),
              labels.isNull() ? null : labels.asInt(),
              numbers(node.required("accuracy")),
              node.required("top5").asDouble(),
              numbers(node.path("lambda"))));
    }
    List<Measures> measures = new ArrayList<>();
    for (JsonNode node : root.path("measures")) {
      Map<String, Double> values = new LinkedHashMap<>();
      node.required("values")
          .properties()
          .forEach(
              entry ->
                  values.put(
                      entry.getKey(),
                      entry.getValue().isNull() ? Double.NaN : entry.getValue().asDouble()));
      measures.add(new Measures(node.required("features").asString(), values));
    }
    return new Findings(scores, measures);
  }

  private static List<Double> numbers(JsonNode array) {
    List<Double> values = new ArrayList<>();
    array.forEach(value -> values.add(value.asDouble()));
    return values;
  }
}
