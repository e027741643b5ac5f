package io.diptych.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PresetsTest {
  @Presets("kiln-presets.yaml")
  record Kiln(
      @Option(value = "1000", doc = "heat") int degrees,
      @Option(value = "{}", doc = "how it gets there") Ramp ramp,
      @Option(value = "constant", family = "schedule", doc = "rate") Choice schedule) {}

  record Ramp(
      @Option(value = "6", doc = "time") int hours,
      @Option(value = "2", doc = "pauses") int rests) {}

  record Workshop(
      @Option(value = "{preset: quick}", doc = "a kiln") Kiln kiln,
      @Option(value = "{}", doc = "another") Kiln other) {}

  private static Workshop bind(String yaml) {
    return Options.bind(
        Workshop.class,
        Yaml.read(yaml.getBytes(StandardCharsets.UTF_8), "shop.yaml"),
        Sample.FAMILIES);
  }

  @Test
  void aPresetSetsItsKeysAndLeavesTheOthers() {
    Workshop shop = bind("other: {preset: slow}");
    assertThat(shop.other().degrees()).isEqualTo(900);
    assertThat(shop.other().ramp()).isEqualTo(new Ramp(12, 2));
    assertThat(shop.other().schedule()).isEqualTo(new Choice("cosine", new Sample.Cosine(3, 0.1)));
    assertThat(shop.kiln().degrees()).isEqualTo(1100); // what the section's default names
  }

  @Test
  void keysBesideItWinAlsoInsideOfSectionsAndChoices() {
    Workshop shop =
        bind(
            """
            other:
              ramp: {rests: 0}
              preset: slow
              degrees: 950
              schedule: {floor: 0.5}
            kiln: {degrees: 3}
            """);
    assertThat(shop.other().degrees()).isEqualTo(950);
    assertThat(shop.other().ramp()).isEqualTo(new Ramp(12, 0));
    assertThat(shop.other().schedule()).isEqualTo(new Choice("cosine", new Sample.Cosine(3, 0.5)));
    assertThat(shop.kiln().degrees()).isEqualTo(3);
  }

  @Test
  void whatIsWrittenAgainHasTheSettingsAndNotTheName() {
    Workshop shop = bind("other: {preset: slow}");
    String written = Yaml.write(Options.tree(shop));
    assertThat(written).contains("degrees: 900").doesNotContain("preset");
    assertThat(bind(written)).isEqualTo(shop);
  }

  @Test
  void anUnknownPresetIsOneLineThatNamesTheOnesThereAre() {
    assertThatThrownBy(() -> bind("\nother:\n  preset: slwo\n"))
        .isInstanceOf(OptionException.class)
        .hasMessage(
            "shop.yaml:3: other.preset: unknown preset 'slwo'; did you mean 'slow'?"
                + " (one of: slow, quick)");
    assertThatThrownBy(() -> bind("other: {preset: [slow]}"))
        .hasMessageContaining("other.preset: expected the name of a preset, got a list");
    assertThatThrownBy(() -> bind("other: {prest: slow}"))
        .hasMessageContaining("did you mean 'preset'?")
        .hasMessageContaining("(keys: preset, degrees, ramp, schedule)");
    assertThatThrownBy(() -> bind("other: {ramp: {preset: slow}}"))
        .hasMessageContaining("other.ramp.preset: unknown key");
  }

  @Test
  void presetsAreListedByTheirSections() {
    Map<String, List<Preset>> presets = Options.presets(Workshop.class);
    assertThat(presets.keySet()).containsExactly("kiln", "other");
    assertThat(presets.get("other")).extracting(Preset::name).containsExactly("slow", "quick");
    assertThat(presets.get("other").get(1).about()).isEqualTo("for thin walls");
  }

  @Presets("nowhere.yaml")
  record Lost() {}

  @Presets("kiln-presets.yaml")
  record Other(@Option(value = "1", doc = "heat") int degrees) {}

  record Hidden(@Option(value = "1", doc = "one") int preset) {}

  @Test
  void whatAProgrammerGotWrongIsSaidOfTheRecord() {
    assertThatThrownBy(() -> Options.defaults(Lost.class))
        .hasMessageContaining("Lost: there is no resource nowhere.yaml");
    assertThatThrownBy(() -> Options.defaults(Other.class))
        .hasMessageContaining("Other: the preset 'slow' sets 'ramp', which is no option");
    assertThatThrownBy(() -> Options.defaults(Hidden.class))
        .hasMessageContaining("Hidden.preset: 'preset' is the key of presets");
  }
}
