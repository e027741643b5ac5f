package io.diptych.option;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * The place in the options that is being bound or checked: knows its path and its nearest written
 * location, and collects the problems found.
 */
record Site(String path, Location location, Families families, Problems problems) {
  static Site root(Location location, Families families) {
    return new Site("", location, families, new Problems());
  }

  /** The place under a key or list position, when only its value is at hand. */
  Site child(Object key) {
    return new Site(path.isEmpty() ? "" + key : path + "." + key, location, families, problems);
  }

  /** The place under a key or list position, when what was written there is at hand. */
  Site child(Object key, Tree written) {
    Site child = child(key);
    return written.location().equals(Location.NONE)
        ? child
        : new Site(child.path, written.location(), families, problems);
  }

  void problem(String problem) {
    problems.add(location, path, problem);
  }

  /** Reports a value of the wrong type. */
  void mismatch(String expected, Tree found) {
    problem("expected " + expected + ", got " + describe(found));
  }

  /** Reports a name that is none of those there are. */
  void unknown(String noun, String name, Collection<String> known) {
    problem(
        "unknown "
            + noun
            + " '"
            + Text.oneLine(name)
            + "'"
            + DidYouMean.hint(name, known)
            + " (one of: "
            + String.join(", ", known)
            + ")");
  }

  /** Checks a value that came from code. */
  void check(Kind kind, @Nullable Object value) {
    if (value != null) {
      kind.check(value, this);
    } else if (!(kind instanceof NullableKind)) {
      problem("expected " + kind.expected() + ", got nothing");
    }
  }

  private static String describe(Tree tree) {
    if (tree instanceof Tree.Mapping) {
      return "a section";
    } else if (tree instanceof Tree.Sequence) {
      return "a list";
    }
    Tree.Scalar scalar = (Tree.Scalar) tree;
    if (scalar.value() == null) {
      return "nothing";
    } else if (scalar.value() instanceof String text) {
      return "the text \"" + Text.oneLine(text) + "\"";
    }
    return Text.oneLine(scalar.text());
  }
}
