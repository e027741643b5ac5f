package io.diptych.report;

import io.diptych.data.DataException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A JSON value that knows the file it stands in and its place there, so that whatever is missing or
 * of the wrong kind is reported as {@code FILE: results[2].mean: expected a number, found "x"}.
 */
record Json(String source, String place, JsonNode node) {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  /** Parses a whole file. */
  static Json ofFile(Path file, String text) {
    try {
      return object(file.toString(), MAPPER.readTree(text));
    } catch (JacksonException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      throw new DataException(file + ": line " + line + ": not JSON: " + e.getOriginalMessage());
    }
  }

  /** Parses one line of a file. */
  static Json ofLine(Path file, int number, String text) {
    String source = file + ": line " + number;
    try {
      return object(source, MAPPER.readTree(text));
    } catch (JacksonException e) {
      throw new DataException(source + ": not JSON: " + e.getOriginalMessage());
    }
  }

  private static Json object(String source, JsonNode node) {
    if (!node.isObject()) {
      throw new DataException(source + ": expected a JSON object");
    }
    return new Json(source, "", node);
  }

  /** Whether the key is there with a value other than null. */
  boolean has(String key) {
    return node.hasNonNull(key);
  }

  Json get(String key) {
    JsonNode child = node.get(key);
    String path = place.isEmpty() ? key : place + "." + key;
    if (child == null || child.isNull()) {
      throw new DataException(source + ": " + path + ": missing");
    }
    return new Json(source, path, child);
  }

  List<Json> items() {
    if (!node.isArray()) {
      throw damaged("expected a list");
    }
    List<Json> items = new ArrayList<>();
    for (JsonNode child : node) {
      items.add(new Json(source, place + "[" + items.size() + "]", child));
    }
    return items;
  }

  List<Json> items(String key) {
    return has(key) ? get(key).items() : List.of();
  }

  Map<String, Json> entries() {
    if (!node.isObject()) {
      throw damaged("expected an object");
    }
    Map<String, Json> entries = new LinkedHashMap<>();
    node.properties()
        .forEach(
            entry ->
                entries.put(
                    entry.getKey(),
                    new Json(source, place + "." + entry.getKey(), entry.getValue())));
    return entries;
  }

  String string() {
    if (!node.isString()) {
      throw damaged("expected a text");
    }
    return node.stringValue();
  }

  @Nullable String string(String key) {
    return has(key) ? get(key).string() : null;
  }

  /** A number; what is not finite may also stand there as text, as some writers do. */
  double number() {
    if (node.isNumber()) {
      return node.doubleValue();
    }
    return switch (node.isString() ? node.stringValue() : "") {
      case "NaN" -> Double.NaN;
      case "Infinity", "+Infinity" -> Double.POSITIVE_INFINITY;
      case "-Infinity" -> Double.NEGATIVE_INFINITY;
      default -> throw damaged("expected a number");
    };
  }

  /** A number, or null for one that JSON cannot write: {@link Double#NaN} then. */
  double numberOrNull() {
    return node.isNull() ? Double.NaN : number();
  }

  /** A number that may be missing: {@link Double#NaN} then. */
  double number(String key) {
    return has(key) ? get(key).number() : Double.NaN;
  }

  long whole() {
    if (!node.isIntegralNumber() || !node.canConvertToLong()) {
      throw damaged("expected a whole number");
    }
    return node.longValue();
  }

  /** A value as people read it, for settings of any kind. */
  String shown() {
    if (node.isArray()) {
      return items().stream().map(Json::shown).collect(Collectors.joining(", "));
    }
    return node.isString() ? node.stringValue() : node.toString();
  }

  DataException damaged(String problem) {
    String found = node.toString();
    String shown = found.length() > 40 ? found.substring(0, 40) + "…" : found;
    return new DataException(source + ": " + place + ": " + problem + ", found " + shown);
  }
}
