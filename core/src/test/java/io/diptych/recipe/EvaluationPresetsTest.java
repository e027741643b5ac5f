package io.diptych.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diptych.evaluate.ClusterProtocol;
import io.diptych.evaluate.EvaluateSettings;
import io.diptych.evaluate.FineTuneSettings;
import io.diptych.evaluate.Knn;
import io.diptych.evaluate.LinearSgd;
import io.diptych.optim.Adam;
import io.diptych.optim.Sgd;
import io.diptych.option.Choice;
import io.diptych.option.OptionException;
import io.diptych.option.Options;
import io.diptych.option.Preset;
import io.diptych.option.Yaml;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The settings of published evaluations, by their names. */
final class EvaluationPresetsTest {
  private static final String RECIPE =
      """
      name: mine
      data: {name: sample}
      views: [{count: 2, pipeline: [{normalize: {mean: [0.5], std: [0.25]}}]}]
      method: simclr
      """;

  private static Recipe bind(String yaml, String... overrides) {
    return Recipe.FORMAT.bind(
        Yaml.read(yaml.getBytes(StandardCharsets.UTF_8), "mine.yaml"), List.of(overrides));
  }

  private static EvaluateSettings evaluate(String... overrides) {
    return bind(RECIPE, overrides).evaluate();
  }

  static Stream<String> presets() {
    return Options.presets(EvaluateSettings.class).entrySet().stream()
        .flatMap(
            section ->
                section.getValue().stream()
                    .map(preset -> "evaluate." + section.getKey() + ".preset=" + preset.name()));
  }

  @ParameterizedTest
  @MethodSource("presets")
  void everyPresetCanBeTaken(String assignment) {
    assertThat(evaluate(assignment)).isNotNull();
  }

  @Test
  void theSectionsWithPresetsAreThese() {
    assertThat(Options.presets(Recipe.class).keySet())
        .containsExactly(
            "evaluate.knn",
            "evaluate.linear_sgd",
            "evaluate.cluster",
            "evaluate.finetune",
            "evaluate.transfer.linear_sgd",
            "evaluate.transfer.finetune");
    assertThat(Options.presets(EvaluateSettings.class).values())
        .allSatisfy(each -> assertThat(each).extracting(Preset::about).doesNotContain(""));
  }

  @Test
  void theyHoldWhatThePublishedProgramsDo() {
    LinearSgd.Settings twist = evaluate("evaluate.linear_sgd.preset=twist-resnet").linearSgd();
    assertThat(twist.batchSize()).isEqualTo(1024);
    assertThat(twist.weightStd()).isEqualTo(0.01);
    LinearSgd.Settings mixed =
        evaluate("evaluate.linear_sgd.preset=mixed-barlow-twins-cifar").linearSgd();
    assertThat(mixed.optimizer().options(Adam.Settings.class).decayAll()).isTrue();
    assertThat(mixed.batchNorm()).isEqualTo(LinearSgd.BatchNorms.BATCH);
    assertThat(Objects.requireNonNull(mixed.augment()))
        .extracting(Choice::name)
        .containsExactly("random_resized_crop", "horizontal_flip", "color_jitter", "grayscale");
    Knn.Settings wMse = evaluate("evaluate.knn.preset=w-mse").knn();
    assertThat(wMse)
        .isEqualTo(new Knn.Settings(5, 0.07, Knn.Votes.MAJORITY, Knn.Distance.EUCLIDEAN));
    FineTuneSettings tuned = evaluate("evaluate.finetune.preset=corinfomax-10").finetune();
    assertThat(tuned.labels()).isEqualTo(10);
    assertThat(tuned.head().optimizer().options(Sgd.Settings.class).lr()).isEqualTo(20);
    assertThat(tuned.backbone().optimizer().options(Sgd.Settings.class).lr()).isEqualTo(0.005);
    assertThat(evaluate("evaluate.cluster.preset=twist").cluster().assign())
        .isEqualTo(ClusterProtocol.Assign.ARGMAX);
  }

  @Test
  void whatIsTypedBesideAPresetWinsWhereverItStands() {
    LinearSgd.Settings settings =
        evaluate(
                "evaluate.linear_sgd.epochs=7",
                "evaluate.linear_sgd.preset=selfcon-cifar",
                "evaluate.linear_sgd.optimizer.lr=0.5",
                "evaluate.linear_sgd.augment=null")
            .linearSgd();
    assertThat(settings.epochs()).isEqualTo(7);
    assertThat(settings.batchSize()).isEqualTo(512);
    assertThat(settings.optimizer().options(Sgd.Settings.class).lr()).isEqualTo(0.5);
    assertThat(settings.optimizer().options(Sgd.Settings.class).weightDecay()).isZero();
    assertThat(settings.augment()).isNull();
  }

  @Test
  void anOverrideByAPresetTakesThePlaceOfWhatAResolvedRecipeSays() {
    String resolved =
        Recipe.FORMAT.write(bind(RECIPE, "evaluate.knn.k=3", "evaluate.knn.sweep=[1, 2]"));
    assertThat(resolved).contains("sweep: [1, 2]");
    Recipe recipe = bind(resolved, "evaluate.knn.preset=mixed-barlow-twins");
    assertThat(recipe.evaluate().knn())
        .isEqualTo(new Knn.Settings(200, 0.5, Knn.Votes.WEIGHTED, Knn.Distance.COSINE));
    assertThat(Recipe.FORMAT.write(recipe)).doesNotContain("preset");
  }

  @Test
  void whatDoesNotGoTogetherIsOneLine() {
    assertThatThrownBy(() -> evaluate("evaluate.linear_sgd.preset=twist-resnt"))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("evaluate.linear_sgd.preset")
        .hasMessageContaining("unknown preset 'twist-resnt'; did you mean 'twist-resnet'?");
    assertThatThrownBy(
            () ->
                evaluate(
                    "evaluate.linear_sgd.preset=mixed-barlow-twins-cifar",
                    "evaluate.linear_sgd.batch_size=1"))
        .hasMessageContaining("must be 2 at least with batch_norm batch");
    assertThatThrownBy(() -> evaluate("evaluate.linear_sgd.batch_norm=batch"))
        .hasMessageContaining(
            "batch needs augment, as features computed once come from no batches");
    assertThatThrownBy(
            () ->
                evaluate(
                    "evaluate.linear_sgd.preset=mixed-barlow-twins-cifar",
                    "evaluate.linear_sgd.rates=[1, 2]"))
        .hasMessageContaining("with batch_norm batch there can be one");
    assertThatThrownBy(
            () -> evaluate("evaluate.linear_sgd.augment=[{normalize: {mean: [0.5], std: [0.5]}}]"))
        .hasMessageContaining("has no normalize, as images enter the encoder as in pretraining");
    assertThatThrownBy(() -> evaluate("evaluate.cluster.preset=twist", "evaluate.cluster.k=4"))
        .hasMessageContaining("is for kmeans");
    assertThatThrownBy(
            () -> evaluate("evaluate.cluster.preset=twist", "evaluate.features.blocks=4"))
        .hasMessageContaining("evaluate.cluster.assign")
        .hasMessageContaining("leave evaluate.features out");
  }
}
