package io.diptych.cli;

import io.diptych.recipe.Recipe;
import io.diptych.recipe.RecipeSource;
import java.util.List;

/** The recipes that come with the command. */
final class BuiltIn {
  static final RecipeSource RECIPES =
      new RecipeSource(path -> BuiltIn.class.getResourceAsStream("recipes/" + path));

  private BuiltIn() {}

  static Recipe read(String nameOrPath, List<String> overrides) {
    return Recipe.FORMAT.bind(RECIPES.read(nameOrPath), overrides);
  }
}
