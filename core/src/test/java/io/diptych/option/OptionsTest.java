package io.diptych.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {
  private static final Sample.Crop CROP = new Sample.Crop(28, List.of(0.2, 1.0));

  record Head(
      @Option(doc = "features in") int inputs,
      @Option(value = "{layers: 3}", doc = "hidden part") Sample.Projector projector,
      @Option(value = "batch-norm", doc = "normalisation") Sample.Norm norm) {}

  @Test
  void defaultsFillWhatIsNotGiven() {
    assertThat(Options.defaults(Sample.Projector.class)).isEqualTo(new Sample.Projector(2, 512));
    assertThat(Options.defaults(Sample.Crop.class, Map.of("size", 28))).isEqualTo(CROP);
    assertThat(
            Options.defaults(
                Head.class,
                Map.of("inputs", 8L, "projector", Map.of("hidden", 64), "norm", Sample.Norm.NONE)))
        .isEqualTo(new Head(8, new Sample.Projector(3, 64), Sample.Norm.NONE));
    assertThat(
            Options.defaults(
                Head.class, Map.of("inputs", 8, "projector", new Sample.Projector(1, 2))))
        .isEqualTo(new Head(8, new Sample.Projector(1, 2), Sample.Norm.BATCH_NORM));
  }

  @Test
  void wrongGivenValuesAreNamed() {
    assertThatThrownBy(() -> Options.defaults(Sample.Crop.class))
        .isInstanceOf(OptionException.class)
        .hasMessage("missing the key 'size', which has no default");
    assertThatThrownBy(() -> Options.defaults(Sample.Crop.class, Map.of("size", 0)))
        .hasMessage("size: must be in [1, inf), was 0");
    assertThatThrownBy(() -> Options.defaults(Sample.Crop.class, Map.of("size", 2.5)))
        .hasMessage("size: expected a whole number, got 2.5");
    assertThatThrownBy(() -> Options.defaults(Head.class, Map.of("projector.layers", 1)))
        .hasMessage(
            "projector.layers: unknown key" + " (keys: inputs, projector, norm) (and 1 more)");
    assertThatThrownBy(() -> Options.defaults(Sample.Crop.class, Map.of("size", 'x')))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("an option cannot hold a java.lang.Character: x");
  }

  @Test
  void checkAcceptsWhatIsInRangeAndGivesItBack() {
    assertThat(Options.check(CROP)).isSameAs(CROP);
  }

  @Test
  void checkNamesWhatIsNot() {
    assertThatThrownBy(() -> Options.check(new Sample.Flip(-0.1)))
        .isInstanceOf(OptionException.class)
        .hasMessage("probability: must be in [0, 1], was -0.1");
    assertThatThrownBy(() -> Options.check(new Sample.Flip(Double.NaN)))
        .hasMessage("probability: must be in [0, 1], was .nan");
    assertThatThrownBy(() -> Options.check(new Sample.Crop(0, List.of(0.5, 1.5))))
        .hasMessage("size: must be in [1, inf), was 0 (and 1 more)");
    Sample.Projector none = new Sample.Projector(0, 1);
    assertThatThrownBy(() -> Options.check(new Head(1, none, Sample.Norm.NONE)))
        .hasMessage("projector.layers: must be in [1, 8], was 0");
  }

  record Holder(
      @Option(doc = "d") String text,
      @Option(doc = "d") List<String> texts,
      @Option(doc = "d", family = "view") Choice choice,
      @Option(doc = "d", family = "view") List<Choice> choices) {}

  @Test
  void checkLooksIntoListsAndChoices() {
    Choice flip = new Choice("flip", new Sample.Flip(2));
    assertThatThrownBy(() -> Options.check(new Holder("", List.of(), flip, List.of())))
        .hasMessage("choice.probability: must be in [0, 1], was 2.0");
    Choice crop = new Choice("crop", CROP);
    assertThatThrownBy(() -> Options.check(new Holder("", List.of(), crop, List.of(crop, flip))))
        .hasMessage("choices.1.flip.probability: must be in [0, 1], was 2.0");
    assertThatThrownBy(() -> Options.check(new Holder(null, List.of(), crop, List.of())))
        .hasMessage("text: expected a text, got nothing");
    List<String> holes = Arrays.asList("a", null);
    assertThatThrownBy(() -> Options.check(new Holder("", holes, crop, List.of())))
        .hasMessage("texts.1: expected a text, got nothing");
  }

  @Test
  void describeListsEveryOptionAndThoseOfSections() {
    assertThat(Options.describe(Head.class))
        .containsExactly(
            new OptionDoc("inputs", "whole number", null, "", "features in", true),
            new OptionDoc("projector", "section", "{layers: 3}", "", "hidden part", true),
            new OptionDoc("projector.layers", "whole number", "3", "[1, 8]", "linear layers", true),
            new OptionDoc(
                "projector.hidden", "whole number", "512", "", "width of the hidden layers", true),
            new OptionDoc(
                "norm", "one of: batch-norm, none", "batch-norm", "", "normalisation", true));
    assertThat(Options.describe(Sample.class))
        .extracting(OptionDoc::key, OptionDoc::type, OptionDoc::defaultValue)
        .contains(
            tuple("clip", "number or null", "null"),
            tuple("scale", "list of numbers", "[0.2, 1.0]"),
            tuple("views", "list of views", "[]"),
            tuple("schedule", "schedule", "cosine"));
  }

  @Test
  void theTreeHoldsEveryValueAndTheResultTreeWhatAffectsResults() {
    Sample sample =
        Options.bind(Sample.class, Yaml.value("{views: [gray]}", Location.NONE), Sample.FAMILIES);
    assertThat(Yaml.write(Options.tree(sample)))
        .isEqualTo(
            """
            temperature: 0.5
            neighbours: 200
            seed: 0
            nesterov: false
            data_name: sample
            path: null
            clip: null
            norm: batch-norm
            scale: [0.2, 1.0]
            sizes: []
            projector: {layers: 3, hidden: 512}
            predictor: null
            schedule: {name: cosine, warmup_epochs: 0, floor: 0.0}
            views: [gray]
            log_every: 10
            """);
    assertThat(Options.resultTree(sample).entries().keySet())
        .containsExactlyElementsOf(
            Options.tree(sample).entries().keySet().stream()
                .filter(key -> !key.equals("log_every"))
                .toList());
  }

  record NoOption(int size) {}

  record BadRange(@Option(range = "(0; 1)", doc = "d") int size) {}

  record EmptyRange(@Option(range = "[1, 0]", doc = "d") int size) {}

  record RangeOfText(@Option(range = "[0, 1]", doc = "d") String text) {}

  record BadType(@Option(doc = "d") float rate) {}

  record BadDefault(@Option(value = "[1", doc = "d") List<Integer> sizes) {}

  record Holes(@Option(doc = "d") List<@Nullable Integer> sizes) {}

  record NoFamily(@Option(doc = "d") Choice choice) {}

  record FamilyOfText(@Option(family = "view", doc = "d") String text) {}

  private static void assertMalformed(Class<? extends Record> type, String message) {
    assertThatThrownBy(() -> Options.describe(type))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("io.diptych.option.OptionsTest$" + message);
  }

  @Test
  void malformedOptionsRecordsAreNamed() {
    assertMalformed(NoOption.class, "NoOption.size has no @Option");
    String noInterval = " is no interval such as \"(0, inf)\" or \"[0, 1]\"";
    assertMalformed(BadRange.class, "BadRange.size: range \"(0; 1)\"" + noInterval);
    assertMalformed(EmptyRange.class, "EmptyRange.size: range \"[1, 0]\"" + noInterval);
    assertMalformed(RangeOfText.class, "RangeOfText.text: a range is for numbers only");
    assertMalformed(BadType.class, "BadType.rate: an option cannot be a float");
    assertMalformed(
        BadDefault.class,
        "BadDefault.sizes: is no valid YAML: expected ',' or ']', but got <stream end> (column 3)");
    assertMalformed(Holes.class, "Holes.sizes: the entries of a list cannot be null");
    String family = "a Choice needs a family, and only a Choice has one";
    assertMalformed(NoFamily.class, "NoFamily.choice: " + family);
    assertMalformed(FamilyOfText.class, "FamilyOfText.text: " + family);
  }

  record Named(@Option(doc = "d") String name) {}

  @Test
  void familiesRefuseWhatCouldNotBeTold() {
    Family view = Family.named("view").with("flip", Sample.Flip.class);
    assertThatThrownBy(() -> view.with("flip", Sample.Gray.class))
        .hasMessage("two members of view are called 'flip'");
    assertThatThrownBy(() -> view.with("named", Named.class))
        .hasMessage(
            Named.class.getName() + " has an option 'name', which is the key of the choice itself");
    assertThatThrownBy(() -> Families.of(view, view)).hasMessage("two families are called 'view'");
    assertThatThrownBy(() -> Options.bind(Sample.class, Tree.of(Map.of()), Families.of(view)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no family 'schedule' was given, only [view]");
  }

  @Test
  void aChoiceGivesItsOptionsAsTheirType() {
    Choice crop = new Choice("crop", CROP);
    assertThat(crop.options(Sample.Crop.class)).isSameAs(CROP);
    assertThatThrownBy(() -> crop.options(Sample.Flip.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the options of 'crop' are a io.diptych.option.Sample$Crop,"
                + " not a io.diptych.option.Sample$Flip");
  }

  @ParameterizedTest
  @ValueSource(strings = {"temprature", "temp", "Temperature", "tempertaure", "temperatures"})
  void aNameNearToAKnownOneIsSuggested(String wrong) {
    assertThat(DidYouMean.hint(wrong, List.of("lr", "temperature", "momentum")))
        .isEqualTo("; did you mean 'temperature'?");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "lars", "batch_size", "warm"})
  void aNameFarFromAllIsNot(String wrong) {
    assertThat(DidYouMean.hint(wrong, List.of("lr", "temperature", "momentum"))).isEmpty();
  }
}
