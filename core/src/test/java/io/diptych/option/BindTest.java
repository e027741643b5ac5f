package io.diptych.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BindTest {
  private static Sample bind(String yaml) {
    Tree tree = Yaml.read(yaml.getBytes(StandardCharsets.UTF_8), "recipe.yaml");
    return Options.bind(Sample.class, tree, Sample.FAMILIES);
  }

  private static void assertProblem(String yaml, String message) {
    assertThatThrownBy(() -> bind(yaml)).isInstanceOf(OptionException.class).hasMessage(message);
  }

  @Test
  void everyKindOfValueIsBound() {
    Sample sample =
        bind(
            """
            temperature: 1e-3
            neighbours: 20
            seed: 9007199254740993
            nesterov: true
            data_name: 2024
            path: /data/images
            clip: .inf
            norm: none
            scale: [0, 1]
            sizes: [[1, 2], []]
            projector: {hidden: 64}
            predictor: {}
            schedule: {name: cosine, warmup_epochs: 2}
            views:
              - flip
              - crop: {size: 28}
              - gray: {}
            log_every: 0x10
            """);
    assertThat(sample)
        .isEqualTo(
            new Sample(
                1e-3,
                20,
                9007199254740993L,
                true,
                "2024",
                "/data/images",
                Double.POSITIVE_INFINITY,
                Sample.Norm.NONE,
                List.of(0.0, 1.0),
                List.of(List.of(1, 2), List.of()),
                new Sample.Projector(3, 64),
                new Sample.Projector(2, 512),
                new Choice("cosine", new Sample.Cosine(2, 0)),
                List.of(
                    new Choice("flip", new Sample.Flip(0.5)),
                    new Choice("crop", new Sample.Crop(28, List.of(0.2, 1.0))),
                    new Choice("gray", new Sample.Gray())),
                16));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "temperature: abc | temperature: expected a number, got the text \"abc\"",
        "temperature: \"1\" | temperature: expected a number, got the text \"1\"",
        "temperature: 1_000 | temperature: expected a number, got the text \"1_000\"",
        "temperature: 0,5 | temperature: expected a number, got the text \"0,5\"",
        "temperature: [1] | temperature: expected a number, got a list",
        "temperature: {a: 1} | temperature: expected a number, got a section",
        "temperature: | temperature: expected a number, got nothing",
        "temperature: yes | temperature: expected a number, got the text \"yes\"",
        "temperature: true | temperature: expected a number, got true",
        "temperature: -0.1 | temperature: must be in (0, inf), was -0.1",
        "temperature: 0 | temperature: must be in (0, inf), was 0.0",
        "temperature: .inf | temperature: must be in (0, inf), was .inf",
        "temperature: .nan | temperature: must be in (0, inf), was .nan",
        "temperature: 1e999 | temperature: 1e999 is too large for a number; infinity is .inf",
        "clip: .nan | clip: must be in [1, inf], was .nan",
        "clip: x | clip: expected a number, got the text \"x\"",
        "neighbours: 3.7 | neighbours: expected a whole number, got 3.7",
        "neighbours: 1e2 | neighbours: expected a whole number, got 1e2",
        "neighbours: 1001 | neighbours: must be in [1, 1000], was 1001",
        "neighbours: 2147483648 | neighbours: must be in -2147483648 to 2147483647, was 2147483648",
        "seed: 9223372036854775808 | seed: must be in -2^63 to 2^63-1, was 9223372036854775808",
        "nesterov: yes | nesterov: expected true or false, got the text \"yes\"",
        "nesterov: 1 | nesterov: expected true or false, got 1",
        "data_name: true | data_name: expected a text, got true",
        "data_name: ~ | data_name: expected a text, got nothing",
        "norm: batch_norm | norm: unknown value 'batch_norm'; did you mean 'batch-norm'? (one of: batch-norm, none)",
        "norm: 3 | norm: expected one of: batch-norm, none, got 3",
        "scale: 0.5 | scale: expected a list of numbers, got 0.5",
        "scale: [0.2, big] | scale.1: expected a number, got the text \"big\"",
        "scale: [0.2, 1.5] | scale.1: must be in [0, 1], was 1.5",
        "sizes: [3] | sizes.0: expected a list of whole numbers, got 3",
        "sizes: x | sizes: expected a list of lists of whole numbers, got the text \"x\"",
        "projector: 3 | projector: expected a section (keys: layers, hidden), got 3",
        "projector: | projector: expected a section (keys: layers, hidden), got nothing",
        "projector: {layer: 3} | projector.layer: unknown key; did you mean 'layers'? (keys: layers, hidden)",
        "projector: {layers: 0} | projector.layers: must be in [1, 8], was 0",
        "schedule: cosin | schedule: unknown schedule 'cosin'; did you mean 'cosine'? (one of: cosine, constant)",
        "schedule: {name: linear} | schedule.name: unknown schedule 'linear' (one of: cosine, constant)",
        "schedule: {name: 3} | schedule.name: expected one of: cosine, constant, got 3",
        "schedule: {name: constant, floor: 1} | schedule.floor: unknown key (no keys)",
        "schedule: {name: cosine, floor: 2} | schedule.floor: must be in [0, 1], was 2.0",
        "schedule: [cosine] | schedule: expected the name of a schedule, or a section with the key 'name', got a list",
        "views: flip | views: expected a list of views, got the text \"flip\"",
        "views: [flop] | views.0: unknown view 'flop'; did you mean 'flip'? (one of: flip, crop, gray)",
        "views: [{flop: {}}] | views.0.flop: unknown view 'flop'; did you mean 'flip'? (one of: flip, crop, gray)",
        "views: [{flip: 0.5}] | views.0.flip: expected a section (keys: probability), got 0.5",
        "views: [crop] | views.0.crop: missing the key 'size', which has no default",
        "views: [{crop: {size: 8, scale: [1, 0.5]}}] | views.0.crop.scale: must be [least, most], was [1.0, 0.5]",
        "views: [{flip: {}, gray: {}}] | views.0: expected one view, got several keys: flip, gray; begin each with '- ' and indent its options",
        "views: [3] | views.0: expected the name of a view, or a section with the name as its only key, got 3",
        "views: [{}] | views.0: expected the name of a view, or a section with the name as its only key, got a section",
      })
  void aWrongValueIsNamedWithItsPlace(String yaml, String message) {
    assertProblem(yaml, "recipe.yaml:1: " + message);
  }

  @Test
  void anUnknownKeyIsNamedWithItsLineAndTheKeysThereAre() {
    assertProblem(
        "seed: 1\nprojector:\n\n  # width\n  hiden: 64\n",
        "recipe.yaml:5: projector.hiden: unknown key; did you mean 'hidden'?"
            + " (keys: layers, hidden)");
  }

  @Test
  void theFirstProblemInTheFileIsToldAndTheOthersAreCounted() {
    assertProblem(
        "views:\n  - flop\nseed: x\nprojector: {layers: 0, hidden: y}\n",
        "recipe.yaml:2: views.0: unknown view 'flop'; did you mean 'flip'?"
            + " (one of: flip, crop, gray) (and 3 more)");
  }

  @Test
  void aConstructorsComplaintIsLocatedAtTheKeyItNames() {
    assertProblem(
        "views:\n  - crop:\n      size: 8\n      scale: [1, 0.5]\n",
        "recipe.yaml:4: views.0.crop.scale: must be [least, most], was [1.0, 0.5]");
  }

  record Crops(
      @Option(value = "0", doc = "d") int seed,
      @Option(value = "{size: 8, scale: [1, 0.5]}", doc = "d") Sample.Crop crop) {}

  @Test
  void aWrongDefaultIsLocatedAtTheSectionAroundIt() {
    Tree tree = Yaml.read("seed: 1\n".getBytes(StandardCharsets.UTF_8), "recipe.yaml");
    assertThatThrownBy(() -> Options.bind(Crops.class, tree, Families.NONE))
        .hasMessage("recipe.yaml:1: crop.scale: must be [least, most], was [1.0, 0.5]");
  }

  @Test
  void aLongTextIsCutAndKeptInOneLine() {
    assertProblem(
        "temperature: \"a\\nb" + "c".repeat(100) + "\"",
        "recipe.yaml:1: temperature: expected a number, got the text \"a\\nb"
            + "c".repeat(56)
            + "…\"");
  }

  @Test
  void aSectionWithoutANameIsOfTheMemberThatIsTheDefault() {
    assertThat(bind("schedule: {floor: 0.5}").schedule())
        .isEqualTo(new Choice("cosine", new Sample.Cosine(0, 0.5)));
    assertProblem(
        "schedule: {flor: 0.5}",
        "recipe.yaml:1: schedule.flor: unknown key; did you mean 'floor'?"
            + " (keys: warmup_epochs, floor)");
  }

  @Test
  void aSectionWithoutANameOrADefaultLacksIt() {
    record Outer(@Option(family = "schedule", doc = "d") Choice schedule) {}
    Tree tree = Yaml.value("{schedule: {floor: 0.5}}", Location.NONE);
    assertThatThrownBy(() -> Options.bind(Outer.class, tree, Sample.FAMILIES))
        .hasMessage("schedule: missing the key 'name' (one of: cosine, constant)");
  }

  @Test
  void aSectionKeepsTheDefaultsOfItsOptionUnlessAnotherMemberIsChosen() {
    record Outer(
        @Option(value = "{name: cosine, warmup_epochs: 5}", family = "schedule", doc = "d")
            Choice schedule,
        @Option(value = "{projector: {layers: 7}}", doc = "d") Inner inner) {}
    Tree tree =
        Yaml.value("{schedule: {floor: 0.5}, inner: {projector: {hidden: 8}}}", Location.NONE);
    assertThat(Options.bind(Outer.class, tree, Sample.FAMILIES))
        .isEqualTo(
            new Outer(
                new Choice("cosine", new Sample.Cosine(5, 0.5)),
                new Inner(new Sample.Projector(7, 8))));
    Tree other = Yaml.value("{schedule: {name: constant}}", Location.NONE);
    assertThat(Options.bind(Outer.class, other, Sample.FAMILIES).schedule())
        .isEqualTo(new Choice("constant", new Sample.Constant()));
  }

  record Inner(@Option(value = "{hidden: 9}", doc = "d") Sample.Projector projector) {}
}
