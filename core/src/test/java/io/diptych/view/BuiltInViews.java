package io.diptych.view;

import io.diptych.option.Families;
import io.diptych.option.Option;
import io.diptych.option.Options;
import io.diptych.option.Tree;
import io.diptych.option.Yaml;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The views of the recipes that come with the command, from their files. */
final class BuiltInViews {
  private static final Path RECIPES =
      Path.of("..", "cli", "src", "main", "resources", "io", "diptych", "cli", "recipes");

  /** The part of a recipe that is read here. */
  record Part(@Option(doc = "views") List<ViewOptions> views) {}

  private BuiltInViews() {}

  /** Returns the views of a recipe by its name. */
  static List<ViewOptions> of(String recipe) {
    try {
      Tree tree = Yaml.read(Files.readAllBytes(RECIPES.resolve(recipe + ".yaml")), recipe);
      Tree views = Tree.of(Map.of("views", Objects.requireNonNull(tree.child("views"))));
      return Options.bind(Part.class, views, Families.of(ViewOptions.AUGMENTATIONS)).views();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
