package io.diptych.option;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The families from which the choices of an options record are made. */
public final class Families {
  /** No families, for options without choices. */
  public static final Families NONE = new Families(List.of());

  private final Map<String, Family> byName = new LinkedHashMap<>();

  private Families(List<Family> families) {
    for (Family family : families) {
      if (byName.put(family.name(), family) != null) {
        throw new IllegalArgumentException("two families are called '" + family.name() + "'");
      }
    }
  }

  /**
   * The given families.
   *
   * @param families families with different names
   * @return all of them
   */
  public static Families of(Family... families) {
    return new Families(List.of(families));
  }

  Family get(String name) {
    Family family = byName.get(name);
    if (family == null) {
      throw new IllegalArgumentException(
          "no family '" + name + "' was given, only " + byName.keySet());
    }
    return family;
  }
}
