package io.diptych.recipe.reference;

import io.diptych.option.Location;
import io.diptych.option.Tree;
import io.diptych.option.Yaml;
import io.diptych.recipe.Recipe;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** A recipe that is being written: its sections, and what must be said of them. */
final class RecipeDraft {
  private static final Pattern BREAKS = Pattern.compile("[\\p{Cntrl}\\u0085\\u2028\\u2029]");

  /** One digit less than doubles have: quotients come out as the numbers that were meant. */
  private static final MathContext DIGITS = new MathContext(15);

  private final Map<String, Object> sections = new LinkedHashMap<>();
  private final List<String> notes = new ArrayList<>();

  /** Adds a section; they stand in the order in which they come. */
  void put(String key, Object section) {
    sections.put(key, section);
  }

  /** Adds a line of comment. */
  void note(String note) {
    notes.add(note);
  }

  /** Returns a part of a whole, for rates that recipes write as parts of the base rate. */
  static double part(double part, double whole) {
    double quotient = part / whole;
    return Double.isInfinite(quotient) || Double.isNaN(quotient)
        ? quotient
        : new BigDecimal(quotient).round(DIGITS).doubleValue();
  }

  /** Returns options in the order in which they are written, keys and values by turns. */
  static Map<String, Object> section(Object... keysAndValues) {
    Map<String, Object> section = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      section.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return section;
  }

  /**
   * Returns the YAML, with comments at its head.
   *
   * @param title what it is, a line
   * @throws io.diptych.option.OptionException if this is no recipe
   */
  String write(String title) {
    Tree tree = Tree.of(sections);
    Recipe.FORMAT.bind(Yaml.value(Yaml.flow(tree), Location.NONE), List.of());
    StringBuilder text = new StringBuilder(comment(title));
    notes.forEach(note -> text.append(comment(note)));
    return text.append(Yaml.write(tree)).toString();
  }

  private static String comment(String line) {
    return "# " + BREAKS.matcher(line).replaceAll(" ") + "\n";
  }
}
