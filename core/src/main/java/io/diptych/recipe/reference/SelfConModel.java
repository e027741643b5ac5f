package io.diptych.recipe.reference;

import io.diptych.option.DidYouMean;
import io.diptych.option.OptionException;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A network of SelfCon's programs.
 *
 * @param facts of the model
 * @param exits the stages behind which there are exits
 */
record SelfConModel(Facts facts, List<Integer> exits) {
  /** What the option is where nothing is said of exits: whatever the model, no mistake. */
  private static final List<Boolean> UNSAID = Collections.nCopies(3, false);

  private static final String TRUTHS = "(true|false)(\\s*,\\s*(true|false))*";
  private static final Pattern POSITIONS =
      Pattern.compile("\\[\\s*" + TRUTHS + "\\s*]|" + TRUTHS, Pattern.CASE_INSENSITIVE);

  /**
   * Reads the model of a command line.
   *
   * @throws OptionException if there is no such model, or not with such exits
   */
  static SelfConModel of(Facts selfCon, Program program, Arguments arguments) {
    Facts models = selfCon.section("models");
    String name = arguments.text("model");
    if (!models.has(name)) {
      throw new OptionException(
          "--model",
          "is no backbone of the program: '"
              + name
              + "'"
              + DidYouMean.hint(name, models.names())
              + " (one of: "
              + String.join(", ", models.names())
              + ")");
    }
    Facts facts = models.section(name);
    List<Boolean> positions = positions(arguments.text("selfcon_pos"), name, facts);
    int first = facts.whole("first_exit");
    SelfConModel model =
        new SelfConModel(
            facts,
            IntStream.range(0, positions.size())
                .filter(positions::get)
                .mapToObj(position -> first + position)
                .toList());
    model.requireArchitecture(selfCon.section("corrects").section(program.name()), arguments);
    return model;
  }

  private static List<Boolean> positions(String text, String model, Facts facts) {
    if (!POSITIONS.matcher(text.strip()).matches()) {
      throw new OptionException(
          "--selfcon_pos",
          "must be a list of True and False such as [False,True,False], was '" + text + "'");
    }
    List<Boolean> positions =
        Arrays.stream(text.replaceAll("[\\[\\]]", "").split(",", -1))
            .map(each -> Boolean.valueOf(each.strip()))
            .toList();
    int wanted = facts.whole("positions");
    // EfficientNet has a single place for an exit, and the program takes no notice of two more.
    boolean spare = wanted == 1 && positions.size() == 3 && !positions.subList(1, 3).contains(true);
    if (positions.size() != wanted && !positions.equals(UNSAID) && !spare) {
      throw new OptionException(
          "--selfcon_pos",
          "must have " + wanted + " of True and False for " + model + ", has " + positions.size());
    }
    return positions;
  }

  /** Fails where the exits are said to be of a family other than the network's. */
  private void requireArchitecture(Facts corrected, Arguments arguments) {
    boolean free = family().equals("efficientnet") || corrected.has(family());
    if (exits.isEmpty() || free || !arguments.isGiven("selfcon_arch")) {
      return;
    }
    String architecture = arguments.text("selfcon_arch");
    if (!architecture.equals(family())) {
      throw new OptionException(
          "--selfcon_arch",
          "exits of a " + family() + " cannot be of the family '" + architecture + "'");
    }
  }

  String family() {
    return facts.text("family");
  }

  /** Returns the section of a recipe. */
  Map<String, Object> backbone(Facts dataset, Arguments arguments) {
    Map<String, Object> backbone = new LinkedHashMap<>(facts.section("backbone").entries());
    if (dataset.section("stem").has(family())) {
      backbone.put("stem", dataset.section("stem").get(family()));
    }
    if (!exits.isEmpty()) {
      Map<String, Object> section = new LinkedHashMap<>();
      section.put("after", exits);
      if (!family().equals("efficientnet")) {
        section.put("size", arguments.text("selfcon_size"));
      }
      backbone.put("exits", section);
    }
    return backbone;
  }
}
