package io.diptych.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.diptych.Golden;
import io.diptych.backbone.Backbone;
import io.diptych.backbone.Backbones;
import io.diptych.backbone.Exits;
import io.diptych.backbone.ResNet;
import io.diptych.optim.Sgd;
import io.diptych.option.Choice;
import io.diptych.option.OptionException;
import io.diptych.option.Options;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scoped;
import io.diptych.tensor.Shape;
import io.diptych.tensor.Tensor;
import io.diptych.view.Batch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** SupCon, SelfCon and one-stage training on a network small enough for every test. */
@ExtendWith(Scoped.class)
final class SupervisedMethodsTest {
  private static final Step STEP = new Step(0, 1, 1);
  private static final long[] LABELS = {0, 1, 2, 0, 1, 2, 0, 1};

  private static Method method(
      Class<? extends Record> type, Map<String, Object> options, Integer... exits) {
    ResNet.Settings resNet =
        new ResNet.Settings(
            8, 4, ResNet.Stem.LIGHT, false, new Exits(List.of(exits), Exits.Size.SMALL));
    Backbone encoder = Backbones.create(new Choice("resnet", resNet), 1);
    MethodSettings settings = (MethodSettings) Options.defaults(type, options);
    Method method = settings.create(encoder, new MethodContext(LABELS.length, 3, 0));
    method.network().initialize(1);
    return method;
  }

  private static Batch batch(int views) {
    int n = LABELS.length;
    List<Tensor> images = new ArrayList<>();
    for (int view = 0; view < views; view++) {
      images.add(
          Keyed.of(view)
              .normal(Tensor.arange(n * 144L, Device.CPU))
              .to(DType.FLOAT32)
              .reshape(n, 1, 12, 12));
    }
    return new Batch(images, Tensor.arange(n, Device.CPU), Tensor.of(LABELS, n));
  }

  private static Stream<Arguments> variants() {
    List<Arguments> variants = new ArrayList<>();
    for (int views = 1; views <= 2; views++) {
      variants.add(Arguments.of(SupCon.Settings.class, Map.of(), views, List.of("supcon")));
      for (boolean labels : new boolean[] {true, false}) {
        Map<String, Object> plain = Map.of("labels", labels);
        Map<String, Object> starred = Map.of("labels", labels, "alpha", 0.5);
        boolean exitsOnly = views == 1 && !labels;
        variants.add(Arguments.of(SelfCon.Settings.class, plain, views, List.of("selfcon")));
        variants.add(
            Arguments.of(
                SelfCon.Settings.class,
                starred,
                views,
                exitsOnly ? List.of("exits") : List.of("encoder", "exits")));
      }
    }
    Class<?> oneStage = OneStage.Settings.class;
    variants.add(Arguments.of(oneStage, Map.of(), 1, List.of("ce", "exits")));
    variants.add(
        Arguments.of(oneStage, Map.of("objective", "subnet-ce"), 1, List.of("ce", "exits")));
    variants.add(
        Arguments.of(oneStage, Map.of("objective", "kd"), 1, List.of("ce", "exits", "kd")));
    variants.add(
        Arguments.of(oneStage, Map.of("objective", "selfcon"), 1, List.of("ce", "exits", "con")));
    return variants.stream();
  }

  @ParameterizedTest
  @MethodSource("variants")
  void aFewStepsLowerTheLossOfEveryVariant(
      Class<? extends Record> type, Map<String, Object> options, int views, List<String> terms) {
    Method method = method(type, options, 1, 2);
    Sgd sgd =
        new Sgd(new Sgd.Settings(0.02, 0.9, 0, 0, false, false), method.network().parameters());
    Batch batch = batch(views);
    List<Double> losses = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      Embeddings embeddings = method.embed(batch, STEP);
      Loss loss = method.compare(embeddings, STEP);
      assertThat(loss.terms().keySet()).containsExactlyElementsOf(terms);
      assertThat(method.compare(embeddings, STEP).total().item()).isEqualTo(loss.total().item());
      losses.add(loss.total().item());
      loss.total().backward();
      sgd.step(0.02);
      method.network().clearGrad();
      method.update(STEP);
    }
    assertThat(losses.get(5)).as("%s", losses).isLessThan(losses.get(0));
    assertThat(method.state()).isEmpty();
  }

  @Test
  void embeddingsAreNamedByViewAndExitAndLedByTheWholeNetworks() {
    Method method = method(SelfCon.Settings.class, Map.of("projector", Map.of("output", 6)), 1, 2);
    Embeddings embeddings = method.embed(batch(2), STEP);
    assertThat(embeddings.tensors().keySet())
        .containsExactly("z1", "z1.exit1", "z1.exit2", "z2", "z2.exit1", "z2.exit2", "label");
    assertThat(embeddings.get("z2.exit1").shape()).isEqualTo(Shape.of(8, 6));
  }

  @Test
  void aBatchNormBehindTheHeadsKeepsExitsAndEncoderAroundOneCentre() {
    Map<String, Object> normed = Map.of("projector", Map.of("output", 6, "output_norm", true));
    Embeddings embeddings = method(SelfCon.Settings.class, normed, 1).embed(batch(1), STEP);
    for (String name : List.of("z1", "z1.exit1")) {
      assertThat(embeddings.get(name).mean(0).abs().max().item()).as(name).isLessThan(1e-5);
    }
  }

  @Test
  void supConLeavesTheExitsOfItsEncoderAlone() {
    Method method = method(SupCon.Settings.class, Map.of(), 1);
    method.compare(method.embed(batch(2), STEP), STEP).total().backward();
    method
        .network()
        .parameters()
        .forEach(
            (name, p) ->
                assertThat(p.grad() == null).as(name).isEqualTo(name.contains("selfcon_layer")));
    assertThat(method.network().state().keySet()).noneMatch(name -> name.startsWith("sub_heads"));
  }

  @Test
  void batchStatisticsMayBeTakenOfEachView() {
    Method joint = method(SupCon.Settings.class, Map.of());
    Method perView = method(SupCon.Settings.class, Map.of("batch_norm", "per-view"));
    assertThat(joint.embed(batch(2), STEP).get("z1").toFloatArray())
        .isNotEqualTo(perView.embed(batch(2), STEP).get("z1").toFloatArray());
    assertThat(perView.network().state().get("encoder.bn1.num_batches_tracked").item())
        .isEqualTo(2);
  }

  @Test
  void theFrozenProjectionPassesGradientsAndStays() {
    Method method = method(OneStage.Settings.class, Map.of("objective", "selfcon"), 2);
    Map<String, Tensor> parameters = method.network().parameters();
    assertThat(parameters.get("f_fc.weight").requiresGrad()).isFalse();
    assertThat(parameters.get("f_fc.weight").abs().max().item()).isPositive();
    Embeddings embeddings = method.embed(batch(1), STEP);
    method.compare(embeddings, STEP).terms().get("con").backward();
    assertThat(parameters.get("f_fc.weight").grad()).isNull();
    assertThat(parameters.get("l_fc.weight").grad()).isNull();
    assertThat(parameters.get("feat_fc.0.weight").grad().abs().max().item()).isPositive();
    assertThat(parameters.get("encoder.layer3.0.conv2.weight").grad().abs().max().item())
        .isPositive();
  }

  @Test
  void weightsThatAreGivenWinOverTheObjectives() {
    Map<String, Object> options =
        Map.of("objective", "kd", "alpha", 2, "beta", 0, "gamma", 0.1, "output", 5);
    Method method = method(OneStage.Settings.class, options, 1);
    Embeddings embeddings = method.embed(batch(1), STEP);
    Loss loss = method.compare(embeddings, STEP);
    assertThat(loss.terms().keySet()).containsExactly("ce", "exits", "con");
    Method once = method(OneStage.Settings.class, Map.of("objective", "subnet-ce"), 1);
    Embeddings logits =
        new Embeddings()
            .with("logits", embeddings.get("logits"))
            .with("logits.exit1", embeddings.get("logits.exit1"))
            .with("label", embeddings.get("label"));
    assertThat(loss.terms().get("exits").item())
        .isCloseTo(2 * once.compare(logits, STEP).terms().get("exits").item(), within(1e-6));
    assertThat(method.network().state().get("f_fc.weight").size(0)).isEqualTo(5);
    assertThat(once.network().state().keySet()).noneMatch(name -> name.contains("f_fc"));
  }

  @Test
  void theLogShowsHowOftenTheClassifierIsRight() {
    Method method = method(OneStage.Settings.class, Map.of());
    Embeddings embeddings =
        new Embeddings()
            .with("logits", Tensor.of(new float[] {1, 0, 0, 0, 1, 0, 0, 1, 0}, 3, 3))
            .with("label", Tensor.of(new long[] {0, 1, 2}, 3));
    assertThat(method.compare(embeddings, STEP).metrics().get("accuracy").item())
        .isCloseTo(2 / 3.0, within(1e-6));
  }

  @ParameterizedTest
  @CsvSource({
    "supcon, 1, true",
    "supcon, 2, true",
    "supcon, 5, true",
    "selfcon, 1, true",
    "selfcon, 3, true",
    "one-stage, 1, true",
    "one-stage, 2, false",
    "supcon, 0, false"
  })
  void asksForViewsAndLabels(String name, int views, boolean allowed) {
    Class<? extends Record> type =
        switch (name) {
          case "supcon" -> SupCon.Settings.class;
          case "selfcon" -> SelfCon.Settings.class;
          default -> OneStage.Settings.class;
        };
    Requirements requirements = ((MethodSettings) Options.defaults(type)).requirements();
    assertThat(requirements.allows(views)).isEqualTo(allowed);
    assertThat(requirements.labels()).isTrue();
  }

  @Test
  void selfConDoesWithoutLabelsIfTold() {
    assertThat(
            Options.defaults(SelfCon.Settings.class, Map.of("labels", false))
                .requirements()
                .labels())
        .isFalse();
  }

  @Test
  void whatNeedsExitsSaysSo() {
    assertThatExceptionOfType(OptionException.class)
        .isThrownBy(() -> method(SelfCon.Settings.class, Map.of()))
        .withMessageContaining("selfcon needs a backbone with exits, such as exits: {after: [2]}");
    assertThatExceptionOfType(OptionException.class)
        .isThrownBy(() -> method(OneStage.Settings.class, Map.of("objective", "kd")))
        .withMessageContaining(
            "one-stage with more than the objective ce needs a backbone with exits");
    assertThatExceptionOfType(OptionException.class)
        .isThrownBy(() -> method(OneStage.Settings.class, Map.of("gamma", 0.5)))
        .withMessageContaining("needs a backbone with exits");
  }

  @Test
  void optionsOutOfRangeAreRefused() {
    for (Class<? extends Record> type :
        List.of(SupCon.Settings.class, SelfCon.Settings.class, OneStage.Settings.class)) {
      assertThatExceptionOfType(OptionException.class)
          .isThrownBy(() -> Options.defaults(type, Map.of("temperature", 0)))
          .withMessageContaining("temperature");
    }
    assertThatExceptionOfType(OptionException.class)
        .isThrownBy(() -> Options.defaults(SelfCon.Settings.class, Map.of("alpha", -1)))
        .withMessageContaining("alpha");
    assertThatExceptionOfType(OptionException.class)
        .isThrownBy(
            () ->
                Options.defaults(SimClr.Settings.class, Map.of("form", "con", "normalize", false)))
        .withMessageContaining("normalize")
        .withMessageContaining("only the standard form is defined on other than cosines");
  }

  @Test
  void aBatchInWhichEveryClassOccursOnceIsRefusedWithOneView() {
    Method method = method(SupCon.Settings.class, Map.of());
    Tensor rows = Tensor.ones(3, 4);
    Embeddings alone =
        new Embeddings().with("z1", rows).with("label", Tensor.of(new long[] {0, 1, 2}, 3));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> method.compare(alone, STEP))
        .withMessageStartingWith("no anchor has a positive among 3 rows of 3 samples: ");
    assertThat(method.compare(alone.with("z2", rows), STEP).total().isFinite().item()).isEqualTo(1);
  }

  @Test
  void theRecordedLightResNetsHaveAsManyParametersAndTheSameNames() {
    Map<String, Integer> checked = new LinkedHashMap<>();
    for (Golden golden : Golden.cases("selfcon", "model_table")) {
      for (JsonNode row : golden.expected("rows")) {
        String model = row.required("model").asString();
        if (model.equals("resnet18") || model.equals("resnet34")) {
          ExitNetworkGoldens.checkCounts(row, row);
          checked.merge(model, 1, Integer::sum);
        }
      }
    }
    assertThat(checked).containsOnlyKeys("resnet18", "resnet34");
  }
}
