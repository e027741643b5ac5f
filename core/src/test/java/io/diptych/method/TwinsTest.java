package io.diptych.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.diptych.backbone.Backbone;
import io.diptych.backbone.Backbones;
import io.diptych.backbone.ResNet;
import io.diptych.optim.Optimizer;
import io.diptych.optim.Sgd;
import io.diptych.option.Choice;
import io.diptych.option.OptionException;
import io.diptych.option.Options;
import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Scoped;
import io.diptych.tensor.Tensor;
import io.diptych.view.Batch;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Barlow Twins, Mixed Barlow Twins and VICReg on a tiny network. */
@ExtendWith(Scoped.class)
final class TwinsTest {
  private static final Step START = new Step(0, 100, 10);
  private static final Map<String, Object> SMALL = Map.of("widths", List.of(16, 8));

  @ParameterizedTest
  @ValueSource(strings = {"barlow-twins", "mixed-barlow-twins", "vicreg"})
  void aFewStepsLowerTheLoss(String name) {
    Method method = method(name, Map.of());
    Optimizer sgd =
        new Sgd(
            Options.defaults(Sgd.Settings.class, Map.of("lr", 0.1)), method.network().parameters());
    Batch batch = batch(16);
    double first = 0;
    double last = 0;
    for (int i = 0; i < 12; i++) {
      try (Scope scope = Scope.open()) {
        // The same step again and again, so that the mixture is the same.
        Loss loss = method.compare(method.embed(batch, START), START);
        last = loss.total().item();
        first = i == 0 ? last : first;
        loss.total().backward();
        sgd.step(name.equals("vicreg") ? 0.01 : 0.1);
        method.network().clearGrad();
      }
    }
    assertThat(last).isLessThan(first * 0.95);
  }

  @ParameterizedTest
  @ValueSource(strings = {"barlow-twins", "mixed-barlow-twins", "vicreg"})
  void comparingTwiceGivesTheSameAndEveryWeightGetsAGradient(String name) {
    Method method = method(name, Map.of());
    Embeddings rows = method.embed(batch(8), START);
    double loss = method.compare(rows, START).total().item();
    Tensor again = method.compare(rows, START).total();
    assertThat(again.item()).isEqualTo(loss);
    again.backward();
    method
        .network()
        .parameters()
        .forEach((key, parameter) -> assertThat(parameter.grad()).as(key).isNotNull());
    assertThat(method.state()).isEmpty();
    assertThat(method.explain(rows)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"barlow-twins", "mixed-barlow-twins", "vicreg"})
  void theyNeedTwoViewsAndNoLabels(String name) {
    assertThat(settings(name, Map.of()).requirements()).isEqualTo(Requirements.views(2));
  }

  @Test
  void theTermsAddUpToTheLoss() {
    assertThat(loss("barlow-twins", Map.of()).terms())
        .containsOnlyKeys("on_diagonal", "off_diagonal");
    assertThat(loss("mixed-barlow-twins", Map.of()).terms())
        .containsOnlyKeys("on_diagonal", "off_diagonal", "mixing");
    assertThat(loss("vicreg", Map.of()).terms())
        .containsOnlyKeys("invariance", "variance", "covariance");
  }

  @Test
  void withoutRedundancyTermOnlyTheDiagonalCounts() {
    Map<String, Tensor> terms = loss("barlow-twins", Map.of("lambda", 0.0)).terms();
    assertThat(terms.get("off_diagonal").item()).isZero();
    assertThat(terms.get("on_diagonal").item()).isPositive();
  }

  @Test
  void theMixtureIsAFunctionOfSeedAndStep() {
    Batch batch = batch(8);
    double[] alphas = new double[3];
    List<Step> steps = List.of(START, new Step(1, 100, 10), START);
    for (int i = 0; i < 3; i++) {
      Embeddings rows = method("mixed-barlow-twins", Map.of()).embed(batch, steps.get(i));
      alphas[i] = rows.get("alpha").max().item();
      assertThat(rows.get("alpha").min().item()).isEqualTo(alphas[i]).isBetween(0.0, 1.0);
      // Partners are the second views in another order: the sums of the columns agree.
      assertThat(rows.get("partner").sum(0).sub(rows.get("z2").sum(0)).abs().max().item())
          .isLessThan(1e-4);
    }
    assertThat(alphas[1]).isNotEqualTo(alphas[0]);
    assertThat(alphas[2]).isEqualTo(alphas[0]);
  }

  @Test
  void aMixtureOfTheFirstViewAloneIsTheFirstView() {
    MixedBarlowTwins method = (MixedBarlowTwins) method("mixed-barlow-twins", Map.of());
    long[] order = {3, 2, 1, 0};
    Embeddings rows = method.embed(batch(4), 1, order);
    assertThat(rows.get("mixed").toBytes()).isEqualTo(rows.get("z1").toBytes());
    assertThat(rows.get("partner").toBytes()).isEqualTo(rows.get("z2").flip(0).toBytes());
    assertThat(method.compare(rows, START).terms().get("mixing").item()).isCloseTo(0, within(1e-9));
  }

  @Test
  void theMixingTermRisesOverItsEpochs() {
    Method method = method("mixed-barlow-twins", Map.of("mix_ramp_epochs", 2));
    Embeddings rows = method.embed(batch(8), START);
    double whole = mixing(method, rows, 20);
    assertThat(whole).isPositive();
    assertThat(mixing(method, rows, 0)).isZero();
    assertThat(mixing(method, rows, 5)).isCloseTo(whole / 4, within(1e-6 * whole));
    assertThat(mixing(method, rows, 90)).isEqualTo(whole);
  }

  @Test
  void aFeatureWithoutVarianceIsNamed() {
    Method method = method("mixed-barlow-twins", Map.of("normalize", false));
    Embeddings rows = method.embed(batch(8), START);
    rows.get("mixed").detach().select(1, 5).fill_(0.5);
    assertThat(method.compare(rows, START).terms().get("mixing").isFinite().item()).isZero();
    assertThat(method.explain(rows))
        .isEqualTo("column 5 of the embeddings 'mixed' has no variance over the batch");
  }

  @Test
  void badOptionsAreRefused() {
    assertThatExceptionOfType(OptionException.class)
        .isThrownBy(() -> settings("barlow-twins", Map.of("lambda", -1.0)))
        .withMessageContaining("lambda")
        .withMessageContaining("[0, inf)");
    assertThatExceptionOfType(OptionException.class)
        .isThrownBy(
            () -> settings("barlow-twins", Map.of("projector", Map.of("widths", List.of()))))
        .withMessageContaining("widths")
        .withMessageContaining("needs at least one width");
    assertThatExceptionOfType(OptionException.class)
        .isThrownBy(
            () -> settings("barlow-twins", Map.of("projector", Map.of("widths", List.of(8, 0)))))
        .withMessageContaining("widths");
    assertThatExceptionOfType(OptionException.class)
        .isThrownBy(() -> settings("mixed-barlow-twins", Map.of("mix_scale", 0.0)))
        .withMessageContaining("mix_scale");
    assertThatExceptionOfType(OptionException.class)
        .isThrownBy(() -> settings("mixed-barlow-twins", Map.of("mix_target", "third-view")))
        .withMessageContaining("mix_target")
        .withMessageContaining("second-view");
    assertThatExceptionOfType(OptionException.class)
        .isThrownBy(() -> settings("vicreg", Map.of("epsilon", 0.0)))
        .withMessageContaining("epsilon");
  }

  private static double mixing(Method method, Embeddings rows, long step) {
    return method.compare(rows, new Step(step, 100, 10)).terms().get("mixing").item();
  }

  private static Loss loss(String name, Map<String, Object> options) {
    Method method = method(name, options);
    return method.compare(method.embed(batch(8), START), START);
  }

  private static Method method(String name, Map<String, Object> options) {
    ResNet.Settings resNet = new ResNet.Settings(8, 4, ResNet.Stem.LIGHT, false);
    Backbone encoder = Backbones.create(new Choice("resnet", resNet), 1);
    Method method = settings(name, options).create(encoder, new MethodContext(64, 0, 3));
    method.network().initialize(5);
    method.network().train(true);
    return method;
  }

  private static MethodSettings settings(String name, Map<String, Object> options) {
    Map<String, Object> all = new HashMap<>(options);
    if (name.equals("vicreg")) {
      all.putIfAbsent("hidden", 16);
      all.putIfAbsent("output", 8);
      return Options.defaults(VicReg.Settings.class, all);
    }
    all.putIfAbsent("projector", SMALL);
    return name.equals("barlow-twins")
        ? Options.defaults(BarlowTwins.Settings.class, all)
        : Options.defaults(MixedBarlowTwins.Settings.class, all);
  }

  private static Batch batch(int size) {
    Tensor index = Tensor.arange(size, Device.CPU);
    Tensor images = Keyed.of(1).uniform(index, 144).reshape(size, 1, 12, 12).sub(0.5);
    Tensor noise = Keyed.of(2).uniform(index, 144).reshape(size, 1, 12, 12).sub(0.5);
    return new Batch(List.of(images.add(noise.mul(0.2)), images.sub(noise.mul(0.2))), index, index);
  }
}
