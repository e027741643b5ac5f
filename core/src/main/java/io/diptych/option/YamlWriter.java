package io.diptych.option;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes option trees as YAML that every reader, also of YAML 1.1, takes the same way. */
final class YamlWriter {
  private static final int WIDTH = 100;
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z_/][A-Za-z0-9_./+-]*");

  /** Words that some version of YAML takes for something else than a text. */
  private static final Set<String> RESERVED =
      Set.of("null", "true", "false", "yes", "no", "on", "off", "y", "n");

  private final StringBuilder out = new StringBuilder();

  private YamlWriter() {}

  static String block(Tree tree) {
    YamlWriter writer = new YamlWriter();
    if (tree instanceof Tree.Mapping mapping && !mapping.entries().isEmpty()) {
      writer.mapping(mapping, 0);
    } else {
      writer.out.append(flow(tree)).append('\n');
    }
    return writer.out.toString();
  }

  /** Writes a mapping whose first line the caller has already indented. */
  private void mapping(Tree.Mapping mapping, int indent) {
    boolean first = true;
    for (Map.Entry<String, Tree> entry : mapping.entries().entrySet()) {
      if (!first) {
        out.append(" ".repeat(indent));
      }
      first = false;
      String key = text(entry.getKey()) + ":";
      out.append(key);
      value(entry.getValue(), indent, indent + key.length() + 1);
    }
  }

  /** Writes a value after its key: in the same line where it fits, else in lines of its own. */
  private void value(Tree tree, int indent, int column) {
    String line = flow(tree);
    boolean inLine = column + line.length() <= WIDTH && !listsSections(tree);
    if (!inLine && tree instanceof Tree.Mapping mapping) {
      out.append('\n').append(" ".repeat(indent + 2));
      mapping(mapping, indent + 2);
    } else if (!inLine && tree instanceof Tree.Sequence sequence) {
      out.append('\n');
      for (Tree item : sequence.items()) {
        item(item, indent + 2);
      }
    } else {
      out.append(' ').append(line).append('\n');
    }
  }

  private void item(Tree item, int indent) {
    out.append(" ".repeat(indent)).append("- ");
    String line = flow(item);
    boolean inLine = indent + 2 + line.length() <= WIDTH && !listsSections(item);
    if (item instanceof Tree.Mapping mapping && (!inLine || mapping.entries().size() == 1)) {
      mapping(mapping, indent + 2);
    } else {
      out.append(line).append('\n');
    }
  }

  /** Whether a list of sections is somewhere in the tree: such lists are never in one line. */
  private static boolean listsSections(Tree tree) {
    if (tree instanceof Tree.Mapping mapping) {
      return mapping.entries().values().stream().anyMatch(YamlWriter::listsSections);
    }
    return tree instanceof Tree.Sequence sequence
        && sequence.items().stream()
            .anyMatch(item -> item instanceof Tree.Mapping || listsSections(item));
  }

  static String flow(Tree tree) {
    if (tree instanceof Tree.Mapping mapping) {
      return mapping.entries().entrySet().stream()
          .map(entry -> text(entry.getKey()) + ": " + flow(entry.getValue()))
          .collect(Collectors.joining(", ", "{", "}"));
    } else if (tree instanceof Tree.Sequence sequence) {
      return sequence.items().stream()
          .map(YamlWriter::flow)
          .collect(Collectors.joining(", ", "[", "]"));
    }
    Object value = ((Tree.Scalar) tree).value();
    if (value instanceof String text) {
      return text(text);
    } else if (value instanceof Double number) {
      return Text.of(number);
    }
    return String.valueOf(value);
  }

  private static String text(String text) {
    boolean plain =
        PLAIN.matcher(text).matches() && !RESERVED.contains(text.toLowerCase(Locale.ROOT));
    return plain ? text : Text.quote(text);
  }
}
