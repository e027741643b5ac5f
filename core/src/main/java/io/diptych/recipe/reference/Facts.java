package io.diptych.recipe.reference;

import io.diptych.option.Location;
import io.diptych.option.Tree;
import io.diptych.option.Yaml;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A section of what is known of reference programs, from a resource of this package.
 *
 * @param entries what it holds, by key
 */
record Facts(Map<String, Tree> entries) {
  static Facts read(String resource) {
    try (InputStream in = Facts.class.getResourceAsStream(resource)) {
      Tree tree = Yaml.read(Objects.requireNonNull(in, resource).readAllBytes(), resource);
      // What recipes take from here was written by nobody who reads a message: it has no place.
      return of(Yaml.value(Yaml.flow(tree), Location.NONE));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the resource " + resource, e);
    }
  }

  static Facts of(Tree tree) {
    return new Facts(((Tree.Mapping) tree).entries());
  }

  Set<String> names() {
    return entries.keySet();
  }

  boolean has(String key) {
    return entries.containsKey(key);
  }

  Tree get(String key) {
    return Objects.requireNonNull(entries.get(key), key);
  }

  Facts section(String key) {
    return of(get(key));
  }

  List<Tree> list(String key) {
    return ((Tree.Sequence) get(key)).items();
  }

  String text(String key) {
    return ((Tree.Scalar) get(key)).text();
  }

  int whole(String key) {
    return ((BigInteger) Objects.requireNonNull(((Tree.Scalar) get(key)).value())).intValueExact();
  }
}
