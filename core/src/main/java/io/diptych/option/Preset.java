package io.diptych.option;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Settings under a name, from the resource of an options record with {@link Presets}.
 *
 * @param name as the key {@code preset} takes it
 * @param about what it is, a sentence
 * @param settings the keys that it sets; others have their defaults
 */
public record Preset(String name, String about, Tree.Mapping settings) {
  /** The key of a section that names a preset. */
  public static final String KEY = "preset";

  private static final String ABOUT = "about";
  private static final String SET = "set";

  /** Reads the presets of an options record, in their order; none if it has no resource. */
  static Map<String, Preset> of(Class<?> type) {
    Presets annotation = type.getAnnotation(Presets.class);
    if (annotation == null) {
      return Map.of();
    }
    String resource = annotation.value();
    if (!(read(type, resource) instanceof Tree.Mapping file)) {
      throw new IllegalArgumentException(resource + ": expected presets under their names");
    }
    Map<String, Preset> presets = new LinkedHashMap<>();
    file.entries().forEach((name, tree) -> presets.put(name, of(resource, name, tree)));
    return Collections.unmodifiableMap(presets);
  }

  private static Preset of(String resource, String name, Tree tree) {
    if (tree.child(ABOUT) instanceof Tree.Scalar about
        && tree.child(SET) instanceof Tree.Mapping settings) {
      return new Preset(name, about.text(), unplaced(settings));
    }
    throw new IllegalArgumentException(
        resource
            + ": the preset '"
            + name
            + "' needs a text '"
            + ABOUT
            + "' and a section '"
            + SET
            + "'");
  }

  /** What a preset sets was written by nobody who reads a message: its place is the section's. */
  private static Tree.Mapping unplaced(Tree.Mapping settings) {
    return (Tree.Mapping) Yaml.value(Yaml.flow(settings), Location.NONE);
  }

  private static Tree read(Class<?> type, String resource) {
    try (InputStream in = type.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalArgumentException("there is no resource " + resource);
      }
      return Yaml.read(in.readAllBytes(), resource);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the resource " + resource, e);
    }
  }
}
