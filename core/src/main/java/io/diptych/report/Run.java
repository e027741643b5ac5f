package io.diptych.report;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All that a report shows of one run directory.
 *
 * @param name what the page calls the run, distinct among the runs of a report
 * @param directory the run directory as it was given
 * @param recipeText the recipe file as it is
 * @param recipe the recipe's values by their dotted keys, in the file's order
 * @param evaluations by protocol, in the order in which they are shown
 * @param skipped the images that could not be read, each with the reason
 */
record Run(
    String name,
    Path directory,
    String recipeText,
    Map<String, String> recipe,
    Metrics metrics,
    @Nullable Png views,
    Map<String, Evaluation> evaluations,
    List<String> skipped) {

  static final String KNN = "knn";
  static final String LINEAR = "linear";

  Run named(String newName) {
    return new Run(newName, directory, recipeText, recipe, metrics, views, evaluations, skipped);
  }

  Optional<Evaluation> evaluation(String protocol) {
    return Optional.ofNullable(evaluations.get(protocol));
  }

  List<Evaluation.Result> results(String protocol) {
    return evaluation(protocol).map(Evaluation::results).orElse(List.of());
  }

  /** The data of the evaluations, taken from the first that there is. */
  Optional<Evaluation.Data> data() {
    return evaluations.values().stream().map(Evaluation::data).findFirst();
  }

  /** A recipe's value by one of its possible keys. */
  Optional<String> setting(String... keys) {
    for (String key : keys) {
      String value = recipe.get(key);
      if (value != null && !value.isBlank()) {
        return Optional.of(value);
      }
    }
    return Optional.empty();
  }
}
