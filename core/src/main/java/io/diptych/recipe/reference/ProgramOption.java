package io.diptych.recipe.reference;

import io.diptych.option.OptionException;
import io.diptych.option.Tree;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An option of a program, such as {@code --batch_size 256}.
 *
 * @param name what it is called, without the hyphens before it
 * @param takes what may follow it
 * @param initial its value where it is not given, or null for none: a text, {@code Long}, {@code
 *     Double}, {@code Boolean}, or a list of these
 * @param choices the texts it may have; all, if there are none
 */
record ProgramOption(String name, Takes takes, @Nullable Object initial, List<String> choices) {
  /** What may follow an option. */
  enum Takes {
    TEXT,
    TEXTS,
    WHOLE,
    REAL,
    /** Nothing: being there turns the initial value round. */
    NOTHING
  }

  /** Reads how an option is declared: as its default, or as {@code {takes, default, choices}}. */
  static ProgramOption of(String name, Tree declared) {
    if (!(declared instanceof Tree.Mapping)) {
      Object initial = Objects.requireNonNull(plain(declared), name);
      return new ProgramOption(name, taking(initial), initial, List.of());
    }
    Facts facts = Facts.of(declared);
    Object initial = facts.has("default") ? plain(facts.get("default")) : null;
    Takes takes =
        facts.has("takes")
            ? Takes.valueOf(facts.text("takes").toUpperCase(Locale.ROOT))
            : taking(Objects.requireNonNull(initial, name));
    List<String> choices =
        facts.has("choices")
            ? facts.list("choices").stream().map(item -> ((Tree.Scalar) item).text()).toList()
            : List.of();
    return new ProgramOption(name, takes, initial, choices);
  }

  /** Returns what a tree without sections holds. */
  static @Nullable Object plain(Tree tree) {
    if (tree instanceof Tree.Sequence sequence) {
      return sequence.items().stream().map(item -> Objects.requireNonNull(plain(item))).toList();
    }
    Object value = ((Tree.Scalar) tree).value();
    return value instanceof BigInteger whole ? (Object) whole.longValueExact() : value;
  }

  private static Takes taking(Object initial) {
    if (initial instanceof Boolean) {
      return Takes.NOTHING;
    } else if (initial instanceof Long) {
      return Takes.WHOLE;
    } else if (initial instanceof Double) {
      return Takes.REAL;
    }
    return initial instanceof List ? Takes.TEXTS : Takes.TEXT;
  }

  /**
   * Returns the value that texts behind the option give it.
   *
   * @throws OptionException if they do not fit
   */
  Object value(List<String> texts) {
    if (takes == Takes.NOTHING) {
      if (!texts.isEmpty()) {
        throw problem("takes no value, was given '" + texts.get(0) + "'");
      }
      return !Boolean.TRUE.equals(initial);
    }
    if (texts.isEmpty()) {
      throw problem("a value must follow it");
    }
    String text = texts.get(0);
    if (!choices.isEmpty() && !choices.contains(text)) {
      throw problem("must be one of " + String.join(", ", choices) + ", was '" + text + "'");
    }
    return switch (takes) {
      case WHOLE -> Python.whole("--" + name, text);
      case REAL -> Python.real("--" + name, text);
      case TEXTS -> texts;
      case TEXT, NOTHING -> text;
    };
  }

  private OptionException problem(String problem) {
    return new OptionException("--" + name, problem);
  }
}
