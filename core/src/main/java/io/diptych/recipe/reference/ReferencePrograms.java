package io.diptych.recipe.reference;

import io.diptych.option.DidYouMean;
import io.diptych.option.OptionException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Recipes of programs of reference projects: a command line of theirs becomes the recipe that
 * trains the same.
 *
 * <p>The programs are named {@code method/program}; a method alone stands for its first program.
 */
public final class ReferencePrograms {
  private static final String SELFCON = "selfcon";
  private static final Map<String, Facts> METHODS = methods("corinfomax", SELFCON);

  private ReferencePrograms() {}

  private static Map<String, Facts> methods(String... names) {
    Map<String, Facts> methods = new LinkedHashMap<>();
    for (String name : names) {
      methods.put(name, Facts.read(name + ".yaml"));
    }
    return methods;
  }

  /**
   * The programs whose command lines are understood.
   *
   * @return their names, such as {@code selfcon/pretrain}; the first of each method is the one that
   *     the method's name alone stands for
   */
  public static List<String> names() {
    return METHODS.entrySet().stream()
        .flatMap(
            method ->
                method.getValue().section("programs").names().stream()
                    .map(program -> method.getKey() + "/" + program))
        .toList();
  }

  /**
   * The recipe of a command line. What nothing in the recipe depends on, such as folders, is named
   * in a comment.
   *
   * @param name of the program, or of its method
   * @param line what follows the program's name on its command line, word by word
   * @return a recipe in YAML, which is valid
   * @throws OptionException if there is no such program, if it would not accept the command line or
   *     train nonsense, or if no recipe does the same
   */
  public static String recipe(String name, List<String> line) {
    String full =
        names().stream()
            .filter(known -> known.equals(name) || known.startsWith(name + "/"))
            .findFirst()
            .orElseThrow(() -> unknown(name));
    int slash = full.indexOf('/');
    Facts facts = Objects.requireNonNull(METHODS.get(full.substring(0, slash)));
    Program program = new Program(facts, full.substring(slash + 1));
    Arguments arguments = program.parse(line);
    RecipeDraft draft =
        full.startsWith(SELFCON)
            ? SelfConRecipe.of(SelfConOptions.of(facts, program, arguments))
            : CorInfoMaxRecipe.of(facts, program, arguments);
    List<String> without = arguments.withoutEffect();
    if (!without.isEmpty()) {
      draft.note("without effect on what is trained: " + String.join(" ", without));
    }
    return draft.write("What " + full + " trains with: " + String.join(" ", line));
  }

  private static OptionException unknown(String name) {
    return new OptionException(
        "",
        "unknown program '"
            + name
            + "'"
            + DidYouMean.hint(name, names())
            + " (one of: "
            + String.join(", ", names())
            + ")");
  }
}
