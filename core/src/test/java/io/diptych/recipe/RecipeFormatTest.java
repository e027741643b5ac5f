package io.diptych.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diptych.option.Choice;
import io.diptych.option.OptionException;
import io.diptych.option.Yaml;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecipeFormatTest {
  private static final String YAML =
      """
      # a comment
      name: sample/simclr
      views:
        - count: 2
          pipeline:
            - crop: {size: 28, scale: [0.2, 1.0]}
            - flip
      method: {name: simclr, temperature: 0.2}
      """;

  private static Draft bind(String yaml, String... overrides) {
    return Draft.FORMAT.bind(
        Yaml.read(yaml.getBytes(StandardCharsets.UTF_8), "recipe.yaml"), List.of(overrides));
  }

  private static void assertProblem(String yaml, String override, String message) {
    assertThatThrownBy(() -> bind(yaml, override))
        .isInstanceOf(OptionException.class)
        .hasMessage(message);
  }

  @Test
  void aRecipeIsWrittenWithEveryValue() {
    assertThat(Draft.FORMAT.write(bind(YAML)))
        .isEqualTo(
            """
            name: sample/simclr
            seed: 0
            path: null
            views:
              - count: 2
                pipeline:
                  - crop: {size: 28, scale: [0.2, 1.0]}
                  - flip: {probability: 0.5}
            method: {name: simclr, temperature: 0.2, projector: {layers: 2}}
            train: {batch_size: 256, log_every: 10}
            """);
  }

  @Test
  void whatIsWrittenIsReadAsAnEqualRecipe() {
    Draft recipe = bind(YAML, "path=C:\\data\\new files", "seed=-3");
    assertThat(bind(Draft.FORMAT.write(recipe))).isEqualTo(recipe);
  }

  @Test
  void overridesAreLaidOverTheRecipeInTheirOrder() {
    Draft recipe =
        bind(
            YAML,
            "method.temperature=1e-1",
            "method.projector.layers=3",
            "views.0.count=3",
            "views.0.pipeline.0.crop.scale=[0.5, 1]",
            "views.0.pipeline.1.flip.probability=0",
            "train.batch_size=1",
            "train.batch_size=64",
            "path=",
            "name=a=b");
    assertThat(recipe.method())
        .isEqualTo(new Choice("simclr", new Draft.SimClr(0.1, new Draft.Projector(3))));
    assertThat(recipe.views())
        .containsExactly(
            new Draft.Views(
                3,
                List.of(
                    new Choice("crop", new Draft.Crop(28, List.of(0.5, 1.0))),
                    new Choice("flip", new Draft.Flip(0)))));
    assertThat(recipe.train().batchSize()).isEqualTo(64);
    assertThat(recipe.path()).isNull();
    assertThat(recipe.name()).isEqualTo("a=b");
  }

  @Test
  void anOverrideCanChooseAnotherMember() {
    Choice byol = new Choice("byol", new Draft.Byol(0.9));
    assertThat(bind(YAML, "method={name: byol, momentum: 0.9}").method()).isEqualTo(byol);
    assertThat(bind(YAML, "method=byol", "method.momentum=0.9").method()).isEqualTo(byol);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "method.temperature=x | override method.temperature=x: expected a number, got the text \"x\"",
        "method.temperature=-0.1 | override method.temperature=-0.1: must be in (0, inf), was -0.1",
        "method.temprature=1 | override method.temprature=1: unknown key; did you mean 'temperature'? (keys: temperature, projector)",
        "method={name: byol, x: 1} | override method={name: byol, x: 1}: method.x: unknown key (keys: momentum)",
        "method.name=byol | recipe.yaml:8: method.temperature: unknown key (keys: momentum)",
        "trian.batch_size=1 | override trian.batch_size=1: trian: unknown key; did you mean 'train'? (keys: name, seed, path, views, method, train)",
        "train.batch_size=[1 | override train.batch_size=[1: is no valid YAML: expected ',' or ']', but got <stream end> (column 3)",
        "views.1.count=2 | override views.1.count=2: views has 1 entries, counted from 0; there is no 1",
        "views.count=2 | override views.count=2: views is a list; expected a position, not 'count'",
        "views.0.count.x=2 | override views.0.count.x=2: views.0.count is 2, which has no keys below it",
        "views.0.pipeline.1.flop.x=2 | override views.0.pipeline.1.flop.x=2: views.0.pipeline.1 is 'flip', not 'flop'",
        "seed | override seed: expected key=value, such as train.epochs=10",
        "=3 | override =3: expected key=value, such as train.epochs=10",
        "a..b=3 | override a..b=3: expected key=value, such as train.epochs=10",
      })
  void aWrongOverrideIsNamed(String override, String message) {
    assertProblem(YAML, override, message);
  }

  @Test
  void contradictionsAreLocatedWhereTheirKeyWasWritten() {
    String problem = "must be even for byol, was 3";
    assertProblem(
        "method: byol\n\ntrain:\n  log_every: 1\n  batch_size: 3\n",
        "seed=1",
        "recipe.yaml:5: train.batch_size: " + problem);
    assertProblem(
        "method: byol\n", "train.batch_size=3", "override train.batch_size=3: " + problem);
  }

  @Test
  void aFileThatIsNoSectionIsRefused() {
    assertProblem("# nothing\n", "seed=1", "recipe.yaml: is empty; expected lines of 'key: value'");
    assertProblem("\n- a\n", "seed=1", "recipe.yaml:2: expected lines of 'key: value'");
    assertProblem("seed:1\n", "seed=1", "recipe.yaml:1: expected lines of 'key: value'");
  }

  @Test
  void theHashIsThatOfTheValuesWhichAffectResults() {
    String hash = Draft.FORMAT.hash(bind(YAML));
    assertThat(hash)
        .isEqualTo("97e474cf0ea8a7582e32e69a4be092aa5c5cdf76a31b30cbcebe7aca0a62b73e")
        .isEqualTo(Draft.FORMAT.hash(bind(YAML + "train:\n  batch_size: 0x100\n")))
        .isEqualTo(Draft.FORMAT.hash(bind(YAML, "name=other", "train.log_every=1")))
        .isNotEqualTo(Draft.FORMAT.hash(bind(YAML, "seed=1")));
  }

  @Test
  void theDifferenceNamesEveryChangedKey() {
    Draft before = bind(YAML);
    assertThat(Draft.FORMAT.difference(before, bind(YAML, "name=x", "train.log_every=1")))
        .isEmpty();
    Draft after =
        bind(
            YAML,
            "path=/data",
            "views.0.pipeline=[{crop: {size: 32, scale: [0.1, 1]}}]",
            "method=byol");
    assertThat(Draft.FORMAT.difference(before, after))
        .containsExactly(
            "path: null → /data",
            "views.0.pipeline.0.crop.size: 28 → 32",
            "views.0.pipeline.0.crop.scale: [0.2, 1.0] → [0.1, 1.0]",
            "views.0.pipeline.1.flip.probability: 0.5 → (absent)",
            "method.name: simclr → byol",
            "method.temperature: 0.2 → (absent)",
            "method.projector.layers: 2 → (absent)",
            "method.momentum: (absent) → 0.99");
  }
}
