package io.diptych.evaluate;

import io.diptych.option.Options;
import io.diptych.option.Yaml;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The JSON file of a protocol: what was measured, on what, how, and the numbers. */
final class ResultFile {
  static final int VERSION = 1;

  /** Among the provenance of a subject: what of the encoder is judged. */
  static final String FEATURES = "features";

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final YAMLMapper YAML = YAMLMapper.builder().build();

  private final String protocol;
  private final ObjectNode root = JSON.createObjectNode();

  ResultFile(String protocol, Subject subject, Record settings) {
    this(
        protocol,
        DataIdentity.of(subject.train().whole(), subject.test().whole()),
        subject.provenance(),
        subject.versions(),
        settings);
  }

  ResultFile(
      String protocol,
      DataIdentity images,
      Map<String, String> provenance,
      Map<String, String> programs,
      Record settings) {
    this.protocol = protocol;
    root.put("protocol", protocol).put("version", VERSION);
    root.put("created", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    provenance.forEach(root::put);
    ObjectNode data = root.putObject("data");
    data.put("name", images.name());
    data.put("train", images.train()).put("test", images.test());
    images.classNames().forEach(data.putArray("classes")::add);
    data.put("fingerprint", images.fingerprint());
    data.put("test_fingerprint", images.testFingerprint());
    ObjectNode versions = root.putObject("versions");
    programs.forEach(versions::put);
    root.set("settings", tree(settings));
  }

  /** Returns what of the encoder is judged, as it stands in the file. */
  static String text(Encoding.Settings features) {
    return Yaml.flow(Options.tree(features));
  }

  /** Returns settings as they stand in the file. */
  static JsonNode tree(Record settings) {
    return JSON.readTree(
        JSON.writeValueAsString(YAML.readTree(Yaml.write(Options.tree(settings)))));
  }

  ResultFile scores(List<Score> scores) {
    ArrayNode results = root.putArray("results");
    for (Score score : scores) {
      ObjectNode node = results.addObject();
      node.put("features", score.features()).put("labels_per_class", score.labelsPerClass());
      score.accuracy().forEach(node.putArray("accuracy")::add);
      node.put("mean", score.mean()).put("std", score.std()).put("top5", score.top5());
      if (!score.lambda().isEmpty()) {
        score.lambda().forEach(node.putArray("lambda")::add);
      }
    }
    return this;
  }

  ResultFile measures(List<Measures> measures) {
    root.withArrayProperty("results"); // which readers of all files expect
    if (measures.isEmpty()) {
      return this;
    }
    ArrayNode array = root.putArray("measures");
    for (Measures one : measures) {
      ObjectNode node = array.addObject().put("features", one.features());
      ObjectNode values = node.putObject("values");
      one.values()
          .forEach(
              (name, value) -> {
                if (Double.isFinite(value)) {
                  values.put(name, value);
                } else {
                  values.putNull(name); // JSON has no such numbers
                }
              });
    }
    return this;
  }

  ResultFile classes(Outcome outcome) {
    ArrayNode confusion = root.putArray("confusion");
    for (long[] row : outcome.confusion()) {
      ArrayNode cells = confusion.addArray();
      for (long count : row) {
        cells.add(count);
      }
    }
    ArrayNode perClass = root.putArray("per_class");
    for (double accuracy : outcome.perClass()) {
      perClass.add(accuracy);
    }
    return this;
  }

  ResultFile number(String name, long value) {
    root.put(name, value);
    return this;
  }

  ArrayNode array(String name) {
    return root.putArray(name);
  }

  ObjectNode object(String name) {
    return root.putObject(name);
  }

  /** Writes {@code PROTOCOL.json} whole or not at all. */
  Path write(Path directory) throws IOException {
    Files.createDirectories(directory);
    Path file = directory.resolve(protocol + ".json");
    Path beside = directory.resolve(protocol + ".json.tmp");
    try {
      Files.writeString(beside, JSON.writeValueAsString(root) + "\n", StandardCharsets.UTF_8);
      Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(beside);
    }
    return file;
  }
}
