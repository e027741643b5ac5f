package io.diptych.recipe.reference;

import io.diptych.option.OptionException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The options of a program with what a command line makes of them. It notes which were asked for:
 * the others had no effect.
 */
final class Arguments {
  private final Map<String, Object> values;
  private final Map<String, String> typed;
  private final Set<String> asked = new HashSet<>();

  /**
   * Takes over the values.
   *
   * @param values of all options but those that have none
   * @param typed the options that the command line has, as they stand in it
   */
  Arguments(Map<String, Object> values, Map<String, String> typed) {
    this.values = new LinkedHashMap<>(values);
    this.typed = new LinkedHashMap<>(typed);
  }

  /** Returns all values, none of which counts as asked for. */
  Map<String, Object> values() {
    return Collections.unmodifiableMap(values);
  }

  /** Returns whether the program has an option, with a value. */
  boolean has(String name) {
    return values.containsKey(name);
  }

  boolean isGiven(String name) {
    return typed.containsKey(name);
  }

  String text(String name) {
    return (String) get(name);
  }

  long whole(String name) {
    return (Long) get(name);
  }

  double real(String name) {
    return ((Number) get(name)).doubleValue();
  }

  boolean flag(String name) {
    return (Boolean) get(name);
  }

  /** Returns the whole numbers of an option that takes several values. */
  List<Long> wholes(String name) {
    List<Long> wholes = new ArrayList<>();
    for (Object each : (List<?>) get(name)) {
      wholes.add(Python.whole("--" + name, each.toString()));
    }
    return wholes;
  }

  /** Fails unless an option is above 0 and finite. */
  void requirePositive(String name) {
    double value = ((Number) value(name)).doubleValue();
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new OptionException("--" + name, "must be above 0 and finite, was " + value);
    }
  }

  /** Fails unless an option is so large. */
  void requireAtLeast(long least, String name) {
    long value = (Long) value(name);
    if (value < least) {
      throw new OptionException("--" + name, "must be " + least + " or more, was " + value);
    }
  }

  /** Returns the options on the command line that nobody has asked for, as they stand there. */
  List<String> withoutEffect() {
    return typed.entrySet().stream()
        .filter(option -> !asked.contains(option.getKey()))
        .map(Map.Entry::getValue)
        .toList();
  }

  private Object get(String name) {
    asked.add(name);
    return value(name);
  }

  /** Returns a value, which does not count as asked for: checks and names have no effect. */
  Object value(String name) {
    return Objects.requireNonNull(values.get(name), name);
  }
}
