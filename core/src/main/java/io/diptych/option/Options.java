package io.diptych.option;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes, checks, writes and describes options records, whose components carry {@link Option}.
 *
 * <pre>{@code
 * record Settings(
 *     @Option(value = "0.5", range = "(0, inf)", doc = "softmax temperature") double temperature,
 *     @Option(doc = "side of the image in pixels") int size) {}
 *
 * Settings settings = Options.defaults(Settings.class, Map.of("size", 32));
 * }</pre>
 */
public final class Options {
  private Options() {}

  /**
   * The options with every default.
   *
   * @param type the options record
   * @param <R> the options record
   * @return the options
   * @throws OptionException if an option has no default
   */
  public static <R extends Record> R defaults(Class<R> type) {
    return defaults(type, Map.of());
  }

  /**
   * The options with some values given and defaults for the others.
   *
   * @param type the options record
   * @param given values by key as in YAML (snake_case): numbers, texts, enum constants, options
   *     records, lists or maps of these
   * @param <R> the options record
   * @return the options
   * @throws OptionException if a key is unknown, a value does not fit, or an option without default
   *     is not given
   */
  public static <R extends Record> R defaults(
      Class<R> type, Map<String, ? extends @Nullable Object> given) {
    return bind(type, Tree.of(given), Families.NONE);
  }

  /**
   * The options a tree says, with defaults for the others.
   *
   * @param type the options record
   * @param tree a mapping with the keys of the options
   * @param families the families of its choices
   * @param <R> the options record
   * @return the options
   * @throws OptionException if a key is unknown, a value does not fit, or an option without default
   *     is missing; the first of these in the file, with the number of the others
   */
  public static <R extends Record> R bind(Class<R> type, Tree tree, Families families) {
    Site site = Site.root(tree.location(), families);
    Object options = new RecordKind(type).bind(tree, site);
    site.problems().raise();
    return type.cast(Objects.requireNonNull(options, "bound without problems"));
  }

  /**
   * Checks that every number is in its range and that nothing is null which must not be.
   *
   * @param options an options record
   * @param <R> the options record
   * @return the same options
   * @throws OptionException if a value is not allowed
   */
  public static <R extends Record> R check(R options) {
    Site site = Site.root(Location.NONE, Families.NONE);
    new RecordKind(options.getClass()).check(options, site);
    site.problems().raise();
    return options;
  }

  /**
   * Every option with its value, in the order of the record. {@link Yaml#write} makes a text of it,
   * and {@link #bind} equal options again.
   *
   * @param options an options record
   * @return the tree
   */
  public static Tree.Mapping tree(Record options) {
    return new RecordKind(options.getClass()).tree(options, false);
  }

  /**
   * Like {@link #tree}, without the options that {@linkplain Option#affectsResult cannot affect
   * results}.
   *
   * @param options an options record
   * @return the tree
   */
  public static Tree.Mapping resultTree(Record options) {
    return new RecordKind(options.getClass()).tree(options, true);
  }

  /**
   * Describes the options in the order of the record, those of a section after the section.
   *
   * @param type an options record
   * @return the descriptions
   */
  public static List<OptionDoc> describe(Class<? extends Record> type) {
    List<OptionDoc> docs = new ArrayList<>();
    describe("", type, null, docs);
    return List.copyOf(docs);
  }

  private static void describe(
      String prefix, Class<? extends Record> type, @Nullable Tree set, List<OptionDoc> docs) {
    for (Schema.Field field : Schema.of(type).fields().values()) {
      Tree given = set == null ? null : set.child(field.key());
      Tree value = field.resolve(given, Families.NONE);
      Option option = field.option();
      Kind kind = field.kind() instanceof NullableKind nullable ? nullable.kind() : field.kind();
      String key = prefix + field.key();
      docs.add(
          new OptionDoc(
              key,
              typeOf(field.kind()),
              value == null ? null : Yaml.flow(value),
              option.range(),
              option.doc(),
              option.affectsResult()));
      if (kind instanceof RecordKind section) {
        describe(key + ".", section.type(), value, docs);
      }
    }
  }

  /**
   * The presets of an options record and of the sections in it.
   *
   * @param type an options record
   * @return for each section that has presets its dotted path, empty for the record itself, and the
   *     presets in their order
   */
  public static Map<String, List<Preset>> presets(Class<? extends Record> type) {
    Map<String, List<Preset>> found = new LinkedHashMap<>();
    presets("", type, found);
    return Collections.unmodifiableMap(found);
  }

  private static void presets(
      String path, Class<? extends Record> type, Map<String, List<Preset>> found) {
    Schema schema = Schema.of(type);
    if (!schema.presets().isEmpty()) {
      found.put(path, List.copyOf(schema.presets().values()));
    }
    for (Schema.Field field : schema.fields().values()) {
      Kind kind = field.kind() instanceof NullableKind nullable ? nullable.kind() : field.kind();
      if (kind instanceof RecordKind section) {
        presets(path.isEmpty() ? field.key() : path + "." + field.key(), section.type(), found);
      }
    }
  }

  private static String typeOf(Kind kind) {
    if (kind instanceof NullableKind nullable) {
      return typeOf(nullable.kind()) + " or null";
    } else if (kind instanceof RecordKind) {
      return "section";
    } else if (kind instanceof ChoiceKind choice) {
      return choice.family();
    }
    return kind.expected().replaceFirst("^a ", "");
  }
}
