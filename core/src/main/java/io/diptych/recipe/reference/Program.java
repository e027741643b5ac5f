package io.diptych.recipe.reference;

import io.diptych.option.DidYouMean;
import io.diptych.option.OptionException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.ListIterator;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/** A reference program: its options, and how it reads a command line, which is as argparse does. */
final class Program {
  private static final String PREFIX = "--";
  private static final Pattern NEGATIVE = Pattern.compile("-([0-9]+|[0-9]*\\.[0-9]+)([eE].*)?");

  private final String name;
  private final Map<String, ProgramOption> options = new LinkedHashMap<>();

  /**
   * Takes the options from what is known.
   *
   * @param facts of the programs of a method: {@code options} that they share, {@code programs} and
   *     the options of each, which win
   * @param name one of the programs
   */
  Program(Facts facts, String name) {
    this.name = name;
    for (Facts some : List.of(facts.section("options"), facts.section("programs").section(name))) {
      some.entries().forEach((key, tree) -> options.put(key, ProgramOption.of(key, tree)));
    }
  }

  String name() {
    return name;
  }

  /** Returns the texts that an option may have. */
  List<String> choices(String option) {
    return Objects.requireNonNull(options.get(option), option).choices();
  }

  /**
   * Reads a command line, of which the last word on an option counts.
   *
   * @param line what follows the name of the program
   * @throws OptionException if the program would not accept it
   */
  Arguments parse(List<String> line) {
    Map<String, Object> values = new LinkedHashMap<>();
    options.forEach(
        (key, option) -> {
          if (option.initial() != null) {
            values.put(key, option.initial());
          }
        });
    Map<String, String> typed = new LinkedHashMap<>();
    ListIterator<String> rest = line.listIterator();
    while (rest.hasNext()) {
      String word = rest.next();
      if (!word.startsWith(PREFIX)) {
        throw new OptionException(
            "", "'" + word + "' belongs to no option; give what follows the name of the program");
      }
      int equals = word.indexOf('=');
      ProgramOption option = option(equals < 0 ? word : word.substring(0, equals));
      List<String> texts =
          equals < 0 ? following(option, rest) : List.of(word.substring(equals + 1));
      values.put(option.name(), option.value(texts));
      typed.put(option.name(), PREFIX + option.name() + typed(texts));
    }
    return new Arguments(values, typed);
  }

  private static String typed(List<String> texts) {
    return texts.isEmpty() ? "" : " " + String.join(" ", texts);
  }

  private static List<String> following(ProgramOption option, ListIterator<String> rest) {
    int most =
        switch (option.takes()) {
          case NOTHING -> 0;
          case TEXTS -> Integer.MAX_VALUE;
          case TEXT, WHOLE, REAL -> 1;
        };
    List<String> texts = new ArrayList<>();
    while (rest.hasNext() && texts.size() < most) {
      String word = rest.next();
      if (word.length() > 1 && word.startsWith("-") && !NEGATIVE.matcher(word).matches()) {
        rest.previous();
        break;
      }
      texts.add(word);
    }
    return texts;
  }

  /** Returns an option by its name or the beginning of it. */
  private ProgramOption option(String word) {
    String typed = word.substring(PREFIX.length()).replace('-', '_');
    ProgramOption exact = options.get(typed);
    if (exact != null) {
      return exact;
    }
    List<String> longer =
        options.keySet().stream().filter(key -> !typed.isEmpty() && key.startsWith(typed)).toList();
    if (longer.size() > 1) {
      throw new OptionException(word, "may be any of --" + String.join(", --", longer));
    }
    if (longer.isEmpty()) {
      throw new OptionException(
          word, "is no option of the program " + name + DidYouMean.hint(typed, options.keySet()));
    }
    return Objects.requireNonNull(options.get(longer.get(0)));
  }
}
