package io.diptych.option;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A member of a family: a section with its name, or in a list a section under its name. */
record ChoiceKind(String family, boolean listed) implements Kind {
  static final String NAME = "name";

  /** What was written for a choice: its name, and its options at their place. */
  private record Written(String name, Tree options, Site nameSite, Site site) {}

  @Override
  public @Nullable Object bind(Tree tree, Site site) {
    Written written = listed ? listed(tree, site) : section(tree, site);
    if (written == null) {
      return null;
    }
    Map<String, Class<? extends Record>> members = site.families().get(family).members();
    Class<? extends Record> type = members.get(written.name);
    if (type == null) {
      written.nameSite.unknown(family, written.name, members.keySet());
      return null;
    }
    Object options = new RecordKind(type).bind(written.options, written.site);
    return options == null ? null : new Choice(written.name, (Record) options);
  }

  private @Nullable Written listed(Tree tree, Site site) {
    if (tree instanceof Tree.Scalar scalar && scalar.value() instanceof String name) {
      return new Written(name, empty(scalar), site, site.child(name));
    }
    if (tree instanceof Tree.Mapping mapping && mapping.entries().size() == 1) {
      Map.Entry<String, Tree> only = mapping.entries().entrySet().iterator().next();
      Site place = site.child(only.getKey(), only.getValue());
      return new Written(only.getKey(), only.getValue(), place, place);
    }
    if (tree instanceof Tree.Mapping mapping && mapping.entries().size() > 1) {
      site.problem(
          "expected one "
              + family
              + ", got several keys: "
              + Text.oneLine(String.join(", ", mapping.entries().keySet()))
              + "; begin each with '- ' and indent its options");
      return null;
    }
    site.mismatch(expected(), tree);
    return null;
  }

  private @Nullable Written section(Tree tree, Site site) {
    if (tree instanceof Tree.Scalar scalar && scalar.value() instanceof String name) {
      return new Written(name, empty(scalar), site, site);
    }
    if (!(tree instanceof Tree.Mapping mapping)) {
      site.mismatch(expected(), tree);
      return null;
    }
    Tree name = mapping.entries().get(NAME);
    if (name == null) {
      site.problem("missing the key 'name' (" + oneOf(site) + ")");
      return null;
    }
    Site nameSite = site.child(NAME, name);
    if (!(name instanceof Tree.Scalar scalar) || !(scalar.value() instanceof String text)) {
      nameSite.mismatch(oneOf(site), name);
      return null;
    }
    Map<String, Tree> options = new LinkedHashMap<>(mapping.entries());
    options.remove(NAME);
    return new Written(text, new Tree.Mapping(options, mapping.location()), nameSite, site);
  }

  private static Tree empty(Tree.Scalar name) {
    return new Tree.Mapping(Map.of(), name.location());
  }

  private String oneOf(Site site) {
    return "one of: " + String.join(", ", site.families().get(family).members().keySet());
  }

  @Override
  public void check(Object value, Site site) {
    Choice choice = (Choice) value;
    new RecordKind(choice.options().getClass())
        .check(choice.options(), listed ? site.child(choice.name()) : site);
  }

  @Override
  public Tree tree(Object value, boolean onlyResults) {
    Choice choice = (Choice) value;
    Tree.Mapping options =
        new RecordKind(choice.options().getClass()).tree(choice.options(), onlyResults);
    if (listed && options.entries().isEmpty()) {
      return Tree.of(choice.name());
    }
    Map<String, Tree> entries = new LinkedHashMap<>();
    if (listed) {
      entries.put(choice.name(), options);
    } else {
      entries.put(NAME, Tree.of(choice.name()));
      entries.putAll(options.entries());
    }
    return new Tree.Mapping(entries, Location.NONE);
  }

  @Override
  public String expected() {
    return listed
        ? "the name of a " + family + ", or a section with the name as its only key"
        : "the name of a " + family + ", or a section with the key 'name'";
  }

  @Override
  public String plural() {
    return family + "s";
  }

  /** The same member, or a section without a name, keeps what the default says. */
  @Override
  public Tree overlay(Tree base, Tree top, Families families) {
    if (!(top instanceof Tree.Mapping above)) {
      return top;
    }
    Tree.Mapping below =
        base instanceof Tree.Mapping mapping
            ? mapping
            : new Tree.Mapping(Map.of(NAME, base), base.location());
    String name = nameIn(below);
    Class<? extends Record> member = families.get(family).members().get(name);
    boolean same = !above.entries().containsKey(NAME) || nameIn(above).equals(name);
    return same && member != null ? new RecordKind(member).overlay(below, above, families) : top;
  }

  private static String nameIn(Tree.Mapping section) {
    return section.entries().get(NAME) instanceof Tree.Scalar scalar ? scalar.text() : "";
  }
}
