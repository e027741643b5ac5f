package io.diptych.option;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;
import tools.jackson.dataformat.yaml.YAMLSchema;

/** Builds an option tree from the events of the YAML parser, with the line of each value. */
final class YamlReader {
  private static final int MAX_DEPTH = 32;
  private static final YAMLFactory FACTORY =
      YAMLFactory.builder().yamlSchema(YAMLSchema.CORE).build();

  /** The problem and its place in the parser's message of several lines. */
  private static final Pattern MARKED =
      Pattern.compile("(?m)^(.*)\\R in .*, line (\\d+), column (\\d+)");

  private final IntFunction<Location> locations;

  YamlReader(IntFunction<Location> locations) {
    this.locations = locations;
  }

  Tree read(String text) {
    refuseControlCharacters(text);
    try (JsonParser created = FACTORY.createParser(ObjectReadContext.empty(), text)) {
      YAMLParser parser = (YAMLParser) created;
      if (parser.nextToken() == null) {
        return new Tree.Scalar(null, "", locations.apply(0));
      }
      Tree tree = tree(parser, here(parser), "", 0);
      if (parser.nextToken() != null) {
        throw new OptionException(
            here(parser), "", "a second document begins here, only one is expected");
      }
      return tree;
    } catch (JacksonException e) {
      throw invalid(e);
    }
  }

  private void refuseControlCharacters(String text) {
    int line = 1;
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      int character = text.codePointAt(i);
      line += character == '\n' ? 1 : 0;
      boolean control = Character.getType(character) == Character.CONTROL;
      boolean lone = Character.getType(character) == Character.SURROGATE;
      if ((control && "\t\n\r\u0085".indexOf(character) < 0) || lone) {
        throw new OptionException(
            locations.apply(line),
            "",
            String.format(Locale.ROOT, "the character U+%04X is not allowed in YAML", character));
      }
    }
  }

  private Location here(JsonParser parser) {
    return locations.apply(parser.currentTokenLocation().getLineNr());
  }

  /** Reads the value whose first token is the current one. */
  private Tree tree(YAMLParser parser, Location location, String path, int depth) {
    if (parser.isCurrentAlias()) {
      String alias = "*" + parser.getString();
      throw new OptionException(
          location, path, "aliases are not supported; write the value of " + alias + " out");
    }
    if (parser.getTypeId() != null) {
      throw new OptionException(
          location, path, "tags such as !!str are not supported; remove " + parser.getTypeId());
    }
    if (depth > MAX_DEPTH) {
      throw new OptionException(location, "", "nested deeper than " + MAX_DEPTH + " levels");
    }
    return switch (parser.currentToken()) {
      case START_OBJECT -> mapping(parser, location, path, depth);
      case START_ARRAY -> sequence(parser, location, path, depth);
      default -> scalar(parser, location, path);
    };
  }

  private Tree.Mapping mapping(YAMLParser parser, Location location, String path, int depth) {
    Map<String, Tree> entries = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String key = parser.currentName();
      String place = join(path, key);
      Location written = here(parser);
      parser.nextToken();
      Tree before = entries.put(key, tree(parser, written, place, depth + 1));
      if (before != null) {
        int line = before.location().line();
        throw new OptionException(
            written, place, "given twice" + (line > 0 ? ", first in line " + line : ""));
      }
    }
    return new Tree.Mapping(entries, location);
  }

  private Tree.Sequence sequence(YAMLParser parser, Location location, String path, int depth) {
    List<Tree> items = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      items.add(tree(parser, here(parser), join(path, "" + items.size()), depth + 1));
    }
    return new Tree.Sequence(items, location);
  }

  private static String join(String path, String key) {
    return path.isEmpty() ? Text.oneLine(key) : path + "." + Text.oneLine(key);
  }

  private static Tree.Scalar scalar(YAMLParser parser, Location location, String path) {
    String text = parser.getString();
    return switch (parser.currentToken()) {
      case VALUE_NULL -> new Tree.Scalar(null, text, location);
      case VALUE_TRUE -> new Tree.Scalar(true, text, location);
      case VALUE_FALSE -> new Tree.Scalar(false, text, location);
      case VALUE_NUMBER_INT -> new Tree.Scalar(whole(text), text, location);
      case VALUE_NUMBER_FLOAT -> new Tree.Scalar(real(text, location, path), text, location);
      default -> new Tree.Scalar(text, text, location);
    };
  }

  private static BigInteger whole(String text) {
    if (text.startsWith("0x")) {
      return new BigInteger(text.substring(2), 16);
    } else if (text.startsWith("0o")) {
      return new BigInteger(text.substring(2), 8);
    }
    return new BigInteger(text);
  }

  private static double real(String text, Location location, String path) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.endsWith(".nan")) {
      return Double.NaN;
    } else if (lower.endsWith(".inf")) {
      return lower.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    double value = Double.parseDouble(text);
    if (Double.isInfinite(value)) {
      throw new OptionException(
          location, path, Text.oneLine(text) + " is too large for a number; infinity is .inf");
    }
    return value;
  }

  /** What the parser says in many lines, in one. */
  private OptionException invalid(JacksonException e) {
    String message = e.getOriginalMessage().replace("\n(", "(");
    TokenStreamLocation place = e.getLocation();
    int line = place == null ? 0 : Math.max(0, place.getLineNr());
    String problem = message.lines().findFirst().orElse("");
    Matcher marked = MARKED.matcher(message);
    while (marked.find()) {
      problem = marked.group(1) + " (column " + marked.group(3) + ")";
      line = Integer.parseInt(marked.group(2));
    }
    if (problem.contains("(TAB)")) {
      problem = "a tab where only spaces may be; indent with spaces";
    } else if (problem.startsWith("mapping values are not allowed")) {
      problem += "; check the indentation, and quote a text that contains ': '";
    }
    OptionException invalid =
        new OptionException(locations.apply(line), "", "is no valid YAML: " + problem);
    invalid.initCause(e);
    return invalid;
  }
}
