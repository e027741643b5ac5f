package io.diptych.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.diptych.backbone.Backbones;
import io.diptych.backbone.ResNet;
import io.diptych.nn.States;
import io.diptych.optim.Sgd;
import io.diptych.option.Choice;
import io.diptych.option.OptionException;
import io.diptych.option.Options;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.NotPositiveDefiniteException;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Scoped;
import io.diptych.tensor.Tensor;
import io.diptych.view.Batch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(Scoped.class)
final class CorInfoMaxTest {
  private static final Step STEP = new Step(0, 10, 10);

  @Test
  void itsDefaultsAreThoseOfTheReportedRunOnCifar10() {
    CorInfoMax.Settings settings = Options.defaults(CorInfoMax.Settings.class);
    assertThat(settings.similarityWeight()).isEqualTo(250);
    assertThat(settings.covarianceWeight()).isEqualTo(1);
    assertThat(settings.covarianceStart()).isEqualTo(1);
    assertThat(settings.covarianceMemory()).isEqualTo(0.01);
    assertThat(settings.meanMemory()).isEqualTo(0.01);
    assertThat(settings.epsilon()).isEqualTo(1e-8);
    assertThat(settings.normalize()).isTrue();
    assertThat(settings.requirements()).isEqualTo(Requirements.views(2));
    ResNet.Settings resNet =
        Options.defaults(ResNet.Settings.class, Map.of("depth", 18, "stem", "cifar"));
    CorInfoMax method = new CorInfoMax(settings, Backbones.create(new Choice("resnet", resNet), 3));
    long parameters =
        method.network().parameters().values().stream().mapToLong(Tensor::numel).sum();
    assertThat(parameters).isEqualTo(16_546_880);
    assertThat(method.network().parameters().keySet())
        .filteredOn(name -> name.startsWith("projector"))
        .containsExactly(
            "projector.0.weight",
            "projector.0.bias",
            "projector.2.weight",
            "projector.2.bias",
            "projector.4.weight");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "8-", "8--4", "8,4", "0-4", "8-x", "-4", "12345678-4"})
  void aProjectorThatIsNoListOfWidthsIsRefused(String widths) {
    assertThatExceptionOfType(OptionException.class)
        .isThrownBy(() -> settings(Map.of("projector", Map.of("widths", widths))))
        .withMessage(
            "projector.widths: must be widths joined by hyphens, such as 2048-2048-64, was "
                + widths);
  }

  @ParameterizedTest
  @CsvSource({
    "similarity_weight, -1",
    "covariance_weight, -0.5",
    "covariance_start, 0",
    "covariance_memory, 1.01",
    "mean_memory, -0.1",
    "epsilon, -1e-9",
    "residual_epsilon, -1e-9"
  })
  void numbersOutOfRangeAreRefused(String option, double value) {
    assertThatExceptionOfType(OptionException.class)
        .isThrownBy(() -> settings(Map.of(option, value)))
        .withMessageStartingWith(option + ": must be ");
  }

  @ParameterizedTest
  @EnumSource(CorInfoMax.Form.class)
  void comparingTwiceGivesOneLossAndOnlyTheUpdateMovesTheState(CorInfoMax.Form form) {
    CorInfoMax method = ofRows(Map.of("form", name(form), "track_information", true));
    Embeddings rows = rows(1, 6);
    double loss = method.compare(rows, STEP).total().item();
    Map<String, double[]> before = values(method);
    assertThat(method.compare(rows, STEP).total().item()).isEqualTo(loss);
    assertThat(values(method)).usingRecursiveComparison().isEqualTo(before);
    method.update(STEP);
    values(method)
        .forEach((name, value) -> assertThat(value).as(name).isNotEqualTo(before.get(name)));
    assertThat(method.compare(rows, STEP).total().item()).isNotEqualTo(loss);
  }

  @ParameterizedTest
  @CsvSource({
    "STANDARD, covariance1 mean1 covariance2 mean2",
    "POOLED, covariance mean",
    "FIRST_VIEW_ONLY, covariance1 mean1",
    "FULL_MUTUAL_INFORMATION, covariance1 mean1 covariance2 mean2 cross_covariance"
  })
  void theStateIsNamedDoubleAndOutlivesTheStep(CorInfoMax.Form form, String names) {
    CorInfoMax method;
    try (Scope scope = Scope.open()) {
      method = ofRows(Map.of("form", name(form)));
      method.compare(rows(1, 6), STEP);
      method.update(STEP);
    }
    assertThat(method.state().keySet()).containsExactly(names.split(" "));
    method.state().values().forEach(t -> assertThat(t.dtype()).isEqualTo(DType.FLOAT64));
    method.compare(rows(2, 6), STEP);
  }

  @ParameterizedTest
  @EnumSource(CorInfoMax.Form.class)
  void aMethodWithTheStateOfAnotherGoesOnLikeIt(CorInfoMax.Form form) {
    Map<String, Object> options = Map.of("form", name(form), "track_information", true);
    CorInfoMax one = ofRows(options);
    for (int step = 0; step < 3; step++) {
      one.compare(rows(step, 6), STEP);
      one.update(STEP);
    }
    CorInfoMax other = ofRows(options);
    States.load("the state", other.state(), one.state());
    for (int step = 3; step < 5; step++) {
      Loss expected = one.compare(rows(step, 6), STEP);
      Loss loss = other.compare(rows(step, 6), STEP);
      assertThat(loss.total().item()).isEqualTo(expected.total().item());
      assertThat(loss.metrics().get("ldmi").item())
          .isEqualTo(expected.metrics().get("ldmi").item());
      one.update(STEP);
      other.update(STEP);
    }
  }

  @ParameterizedTest
  @EnumSource(CorInfoMax.Form.class)
  void viewsMayBeSwappedUnlessOneOfThemIsChosen(CorInfoMax.Form form) {
    CorInfoMax method = ofRows(Map.of("form", name(form)));
    Embeddings rows = rows(1, 6);
    double loss = method.compare(rows, STEP).total().item();
    Embeddings swapped = new Embeddings().with("z1", rows.get("z2")).with("z2", rows.get("z1"));
    double other = method.compare(swapped, STEP).total().item();
    if (form == CorInfoMax.Form.FIRST_VIEW_ONLY) {
      assertThat(other).isNotCloseTo(loss, within(1e-6));
    } else {
      assertThat(other).isCloseTo(loss, within(1e-9));
    }
  }

  @Test
  void termsHaveTheirWeightsAndTheTotalIsDouble() {
    Embeddings rows = rows(1, 6);
    Map<String, Tensor> plain = ofRows(Map.of("similarity_weight", 1)).compare(rows, STEP).terms();
    Loss loss = ofRows(Map.of("similarity_weight", 20, "covariance_weight", 3)).compare(rows, STEP);
    assertThat(loss.terms().keySet()).containsExactly("similarity", "covariance");
    assertThat(loss.terms().get("similarity").item())
        .isCloseTo(20 * plain.get("similarity").item(), within(1e-5));
    assertThat(loss.terms().get("covariance").item())
        .isCloseTo(3 * plain.get("covariance").item(), within(1e-12));
    assertThat(loss.total().dtype()).isEqualTo(DType.FLOAT64);
    assertThat(loss.metrics()).isEmpty();
  }

  @Test
  void aSingularCovarianceStopsTheStepAndALostMetricDoesNot() {
    Map<String, Object> singular = Map.of("covariance_memory", 0, "epsilon", 0);
    assertThatExceptionOfType(NotPositiveDefiniteException.class)
        .isThrownBy(() -> ofRows(singular).compare(rows(1, 3), STEP))
        .withMessageMatching(
            "the covariance of view [12] \\(4 x 4\\) is singular: with epsilon 0.0 .*");
    // Of two equal views nothing is left to predict: the residual is singular, the loss is not.
    CorInfoMax tracking =
        ofRows(Map.of("covariance_memory", 0, "epsilon", 0, "track_information", true));
    Tensor z = rows(1, 20).get("z1");
    Loss loss = tracking.compare(new Embeddings().with("z1", z).with("z2", z.mul(1)), STEP);
    assertThat(loss.metrics().get("ldmi").item()).isNaN();
    assertThat(loss.total().isFinite().item()).isEqualTo(1);
  }

  @Test
  void eachViewPassesForItself() {
    CorInfoMax method = ofImages(Map.of());
    Batch batch = images(1);
    Embeddings together = method.embed(batch, STEP);
    Map<String, Tensor> state = method.network().state();
    assertThat(state.get("encoder.bn1.num_batches_tracked").item()).isEqualTo(2);
    Tensor lengths = together.get("z1").square().sum(1);
    assertThat(lengths.sub(1).abs().max().item()).isLessThan(1e-5);
    Batch other =
        new Batch(
            List.of(batch.views().get(0), images(2).views().get(0)), batch.index(), batch.label());
    assertThat(method.embed(other, STEP).get("z1").toFloatArray())
        .isEqualTo(together.get("z1").toFloatArray());
  }

  @ParameterizedTest
  @EnumSource(CorInfoMax.Form.class)
  void stepsLowerTheLoss(CorInfoMax.Form form) {
    CorInfoMax method = ofImages(Map.of("form", name(form), "similarity_weight", 10));
    Sgd sgd =
        new Sgd(
            Options.defaults(Sgd.Settings.class, Map.of("momentum", 0.9)),
            method.network().parameters());
    List<Double> losses = new ArrayList<>();
    for (int step = 0; step < 12; step++) {
      try (Scope scope = Scope.open()) {
        Tensor loss = method.compare(method.embed(images(1), STEP), STEP).total();
        loss.backward();
        sgd.step(0.02);
        method.network().clearGrad();
        method.update(STEP);
        losses.add(loss.item());
      }
    }
    // The first step still has the covariance from the start in it.
    assertThat(losses.get(11)).isLessThan(losses.get(1));
  }

  private static CorInfoMax.Settings settings(Map<String, Object> options) {
    return Options.defaults(CorInfoMax.Settings.class, options);
  }

  private static CorInfoMax ofRows(Map<String, Object> options) {
    Map<String, Object> all = new LinkedHashMap<>(options);
    all.put("projector", Map.of("widths", "4"));
    return new CorInfoMax(settings(all), new RowEncoder(1));
  }

  private static CorInfoMax ofImages(Map<String, Object> options) {
    Map<String, Object> all = new LinkedHashMap<>(options);
    all.put("projector", Map.of("widths", "16-8", "batch_norm", true));
    ResNet.Settings resNet = new ResNet.Settings(8, 4, ResNet.Stem.LIGHT, false);
    CorInfoMax method =
        new CorInfoMax(settings(all), Backbones.create(new Choice("resnet", resNet), 1));
    method.network().initialize(3);
    return method;
  }

  private static Embeddings rows(long seed, long n) {
    return new Embeddings().with("z1", floats(seed, n, 4)).with("z2", floats(seed + 50, n, 4));
  }

  private static Batch images(long seed) {
    Tensor image = floats(seed, 24, 144);
    Tensor noise = floats(seed + 50, 24, 144).mul(0.1);
    return CorInfoMaxCase.batch(
        image.reshape(24, 1, 12, 12), image.add(noise).reshape(24, 1, 12, 12));
  }

  private static Tensor floats(long seed, long n, long d) {
    return Keyed.of(seed).normal(Tensor.arange(n * d, Device.CPU)).reshape(n, d).to(DType.FLOAT32);
  }

  private static Map<String, double[]> values(CorInfoMax method) {
    Map<String, double[]> values = new LinkedHashMap<>();
    method.state().forEach((name, tensor) -> values.put(name, tensor.toDoubleArray()));
    return values;
  }

  private static String name(CorInfoMax.Form form) {
    return form.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
