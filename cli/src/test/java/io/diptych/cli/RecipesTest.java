package io.diptych.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.diptych.recipe.Recipe;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every built-in recipe can be run as it stands: it is valid, named and listed. */
final class RecipesTest {
  static List<String> names() {
    return BuiltIn.RECIPES.names();
  }

  @ParameterizedTest
  @MethodSource("names")
  void aRecipeIsValidAndSaysWhatItIs(String name) {
    Recipe recipe = BuiltIn.read(name, List.of());
    assertThat(recipe.name()).isEqualTo(name);
    assertThat(BuiltIn.RECIPES.summary(name)).isNotEmpty().hasSizeLessThan(110);
  }

  @Test
  void everyFileIsListed() throws IOException, URISyntaxException {
    URL index = Objects.requireNonNull(BuiltIn.class.getResource("recipes/index"));
    Path folder = Path.of(index.toURI()).getParent();
    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(
              files
                  .filter(file -> file.toString().endsWith(".yaml"))
                  .map(file -> folder.relativize(file).toString().replace('\\', '/'))
                  .map(file -> file.substring(0, file.length() - ".yaml".length())))
          .containsExactlyInAnyOrderElementsOf(names());
    }
  }
}
