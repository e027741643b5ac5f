package io.diptych.option;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A section: the options of one record under their keys. */
record RecordKind(Class<? extends Record> type) implements Kind {
  @Override
  public @Nullable Object bind(Tree tree, Site site) {
    if (!(tree instanceof Tree.Mapping mapping)) {
      site.mismatch(expected(), tree);
      return null;
    }
    return bind(mapping, site);
  }

  @Nullable Record bind(Tree.Mapping written, Site site) {
    int before = site.problems().count();
    Schema schema = Schema.of(type);
    Tree.Mapping mapping = expanded(written, site.families());
    refuseUnknownKeys(mapping, schema, site);
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    for (Schema.Field field : schema.fields().values()) {
      Tree tree = field.resolve(mapping.entries().get(field.key()), site.families());
      if (tree == null) {
        site.problem("missing the key '" + field.key() + "', which has no default");
      } else {
        values.put(field.key(), field.kind().bind(tree, site.child(field.key(), tree)));
      }
    }
    if (site.problems().count() > before) {
      return null;
    }
    try {
      return schema.create(values.values().toArray());
    } catch (OptionException e) {
      Tree named = mapping.child(e.path());
      Site place = named == null ? site.child(e.path()) : site.child(e.path(), named);
      place.problem(e.problem());
    } catch (IllegalArgumentException e) {
      site.problem(String.valueOf(e.getMessage()));
    }
    return null;
  }

  private static void refuseUnknownKeys(Tree.Mapping mapping, Schema schema, Site site) {
    mapping
        .entries()
        .forEach(
            (key, value) -> {
              if (key.equals(Preset.KEY) && !schema.presets().isEmpty()) {
                refusePreset(value, schema, site.child(key, value));
              } else if (!schema.fields().containsKey(key)) {
                site.child(Text.oneLine(key), value)
                    .problem(
                        "unknown key" + DidYouMean.hint(key, schema.keys()) + schema.keysInWords());
              }
            });
  }

  /** Says what is wrong with a preset that could not be taken. */
  private static void refusePreset(Tree tree, Schema schema, Site site) {
    if (tree instanceof Tree.Scalar scalar && scalar.value() instanceof String name) {
      site.unknown(Preset.KEY, name, schema.presets().keySet());
    } else {
      site.mismatch("the name of a preset", tree);
    }
  }

  /** A section with its preset replaced by what that sets, under the keys beside it. */
  private Tree.Mapping expanded(Tree.Mapping section, Families families) {
    Preset preset =
        section.entries().get(Preset.KEY) instanceof Tree.Scalar name
            ? Schema.of(type).presets().get(name.text())
            : null;
    if (preset == null) {
      return section;
    }
    Map<String, Tree> beside = new LinkedHashMap<>(section.entries());
    beside.remove(Preset.KEY);
    return laidOver(preset.settings(), new Tree.Mapping(beside, section.location()), families);
  }

  @Override
  public void check(Object value, Site site) {
    for (Schema.Field field : Schema.of(type).fields().values()) {
      site.child(field.key()).check(field.kind(), field.get((Record) value));
    }
  }

  @Override
  public Tree.Mapping tree(Object value, boolean onlyResults) {
    Map<String, Tree> entries = new LinkedHashMap<>();
    for (Schema.Field field : Schema.of(type).fields().values()) {
      if (!onlyResults || field.option().affectsResult()) {
        Object part = field.get((Record) value);
        entries.put(
            field.key(), part == null ? Tree.of(null) : field.kind().tree(part, onlyResults));
      }
    }
    return new Tree.Mapping(entries, Location.NONE);
  }

  @Override
  public String expected() {
    return "a section" + Schema.of(type).keysInWords();
  }

  @Override
  public String plural() {
    return "sections" + Schema.of(type).keysInWords();
  }

  @Override
  public Tree overlay(Tree base, Tree top, Families families) {
    if (!(base instanceof Tree.Mapping below) || !(top instanceof Tree.Mapping above)) {
      return top;
    }
    return laidOver(expanded(below, families), expanded(above, families), families);
  }

  private Tree.Mapping laidOver(Tree.Mapping below, Tree.Mapping above, Families families) {
    Map<String, Tree> entries = new LinkedHashMap<>(below.entries());
    for (Map.Entry<String, Tree> given : above.entries().entrySet()) {
      Schema.Field field = Schema.of(type).fields().get(given.getKey());
      Tree under = below.entries().get(given.getKey());
      Tree value = given.getValue();
      if (field != null && under != null) {
        value = field.kind().overlay(under, value, families);
      }
      entries.put(given.getKey(), value);
    }
    return new Tree.Mapping(entries, above.location());
  }
}
