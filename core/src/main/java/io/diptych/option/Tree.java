package io.diptych.option;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A tree of plain values, each with the place where it was written. */
public sealed interface Tree {
  /**
   * Where this value was written; for a value under a key, where the key is.
   *
   * @return the place
   */
  Location location();

  /**
   * A single value.
   *
   * @param value null, a {@code Boolean}, a {@code BigInteger}, a {@code Double} or a {@code
   *     String}
   * @param text the value as it was written, without quotes
   * @param location where it was written
   */
  record Scalar(@Nullable Object value, String text, Location location) implements Tree {}

  /**
   * An ordered list of values.
   *
   * @param items the values
   * @param location where the list was written
   */
  record Sequence(List<Tree> items, Location location) implements Tree {
    /**
     * Copies the list.
     *
     * @param items the values
     * @param location where the list was written
     */
    public Sequence {
      items = List.copyOf(items);
    }
  }

  /**
   * Values under keys, in the order in which they were written.
   *
   * @param entries the values by key
   * @param location where the mapping was written
   */
  record Mapping(Map<String, Tree> entries, Location location) implements Tree {
    /**
     * Copies the entries, in their order.
     *
     * @param entries the values by key
     * @param location where the mapping was written
     */
    public Mapping {
      entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    }
  }

  /**
   * The tree of plain Java values.
   *
   * @param value null, a boolean, number, text, enum constant, options record, or a list or map
   *     (with text keys) of these
   * @return the tree, without locations
   * @throws IllegalArgumentException if a value is of another type
   */
  static Tree of(@Nullable Object value) {
    if (value == null) {
      return new Scalar(null, "null", Location.NONE);
    } else if (value instanceof Tree tree) {
      return tree;
    } else if (value instanceof Boolean) {
      return new Scalar(value, value.toString(), Location.NONE);
    } else if (value instanceof Double || value instanceof Float) {
      double number = ((Number) value).doubleValue();
      return new Scalar(number, Text.of(number), Location.NONE);
    } else if (value instanceof Integer || value instanceof Long || value instanceof BigInteger) {
      return new Scalar(new BigInteger(value.toString()), value.toString(), Location.NONE);
    } else if (value instanceof String text) {
      return new Scalar(text, text, Location.NONE);
    } else if (value instanceof Enum<?> constant) {
      return of(constant.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    } else if (value instanceof List<?> list) {
      List<Tree> items = new ArrayList<>();
      list.forEach(item -> items.add(of(item)));
      return new Sequence(items, Location.NONE);
    } else if (value instanceof Map<?, ?> map) {
      Map<String, Tree> entries = new LinkedHashMap<>();
      map.forEach((key, item) -> entries.put((String) key, of(item)));
      return new Mapping(entries, Location.NONE);
    } else if (value instanceof Record options && !(value instanceof Choice)) {
      return Options.tree(options);
    }
    throw new IllegalArgumentException(
        "an option cannot hold a " + value.getClass().getName() + ": " + value);
  }

  /**
   * The place of a key, or of the nearest section around it that was written.
   *
   * @param path the dotted path, with list positions counted from 0: {@code views.0.count}
   * @return the place
   */
  default Location locate(String path) {
    Tree here = this;
    Location nearest = location();
    for (String key : path.split("\\.", -1)) {
      Tree next = here.child(key);
      if (next == null) {
        break;
      }
      here = next;
      if (!here.location().equals(Location.NONE)) {
        nearest = here.location();
      }
    }
    return nearest;
  }

  /**
   * The value under a key or at a position of a list.
   *
   * @param key the key, or the position counted from 0
   * @return the value, or null if there is none
   */
  default @Nullable Tree child(String key) {
    if (this instanceof Mapping mapping) {
      return mapping.entries().get(key);
    }
    if (this instanceof Sequence sequence && key.matches("\\d{1,9}")) {
      int index = Integer.parseInt(key);
      return index < sequence.items().size() ? sequence.items().get(index) : null;
    }
    return null;
  }
}
