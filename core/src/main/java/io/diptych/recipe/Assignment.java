package io.diptych.recipe;

import io.diptych.option.Location;
import io.diptych.option.OptionException;
import io.diptych.option.Preset;
import io.diptych.option.Tree;
import io.diptych.option.Yaml;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A value laid over a recipe: {@code method.temperature=0.2}, {@code views.0.count=3}. */
final class Assignment {
  private final Location location;
  private final String path;
  private final List<String> keys;
  private final Tree value;

  /**
   * Reads an assignment.
   *
   * @param assignment the dotted path of a key, an equals sign and the value in YAML
   */
  Assignment(String assignment) {
    location = Location.override(assignment);
    int equals = assignment.indexOf('=');
    path = equals < 0 ? "" : assignment.substring(0, equals).strip();
    keys = List.of(path.split("\\.", -1));
    if (keys.stream().anyMatch(String::isBlank)) {
      throw new OptionException(location, "", "expected key=value, such as train.epochs=10");
    }
    value = Yaml.value(assignment.substring(equals + 1), location);
  }

  /** Whether this names a preset of a section: what other assignments are laid over. */
  boolean namesPreset() {
    return keys.get(keys.size() - 1).equals(Preset.KEY);
  }

  /**
   * The tree with this value in it. A preset takes the place of what the section said before, which
   * of a recipe that was written whole are all its keys.
   */
  Tree applyTo(Tree tree) {
    return set(tree, 0, false);
  }

  /**
   * The tree at a depth of the path, itself an entry of a list or not, with the value set in it.
   */
  private Tree set(@Nullable Tree here, int depth, boolean listed) {
    if (depth == keys.size()) {
      return value;
    }
    String key = keys.get(depth);
    if (here instanceof Tree.Sequence sequence) {
      int index = index(sequence, depth);
      List<Tree> items = new ArrayList<>(sequence.items());
      items.set(index, set(items.get(index), depth + 1, true));
      return new Tree.Sequence(items, sequence.location());
    }
    Tree.Mapping section = section(here, depth, listed);
    Map<String, Tree> entries = new LinkedHashMap<>(section.entries());
    if (namesPreset() && depth == keys.size() - 1) {
      entries.keySet().retainAll(Set.of("name"));
    }
    entries.put(key, set(entries.get(key), depth + 1, false));
    return new Tree.Mapping(entries, section.location());
  }

  private int index(Tree.Sequence sequence, int depth) {
    int size = sequence.items().size();
    String key = keys.get(depth);
    if (!key.matches("\\d{1,9}")) {
      throw problem(parent(depth) + " is a list; expected a position, not '" + key + "'");
    }
    int index = Integer.parseInt(key);
    if (index >= size) {
      throw problem(
          parent(depth) + " has " + size + " entries, counted from 0; there is no " + index);
    }
    return index;
  }

  /** What is there as a section; a name alone is the short form of one. */
  private Tree.Mapping section(@Nullable Tree here, int depth, boolean listed) {
    if (here instanceof Tree.Mapping mapping) {
      return mapping;
    }
    if (here == null || (here instanceof Tree.Scalar none && none.value() == null)) {
      return new Tree.Mapping(Map.of(), location);
    }
    Tree.Scalar scalar = (Tree.Scalar) here;
    if (!(scalar.value() instanceof String name)) {
      throw problem(parent(depth) + " is " + scalar.text() + ", which has no keys below it");
    }
    if (!listed) {
      return new Tree.Mapping(Map.of("name", scalar), location);
    }
    if (!name.equals(keys.get(depth))) {
      throw problem(parent(depth) + " is '" + name + "', not '" + keys.get(depth) + "'");
    }
    return new Tree.Mapping(Map.of(), location);
  }

  private String parent(int depth) {
    return String.join(".", keys.subList(0, depth));
  }

  private OptionException problem(String problem) {
    return new OptionException(location, path, problem);
  }
}
