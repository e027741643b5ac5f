package io.diptych.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.diptych.nn.States;
import io.diptych.optim.Sgd;
import io.diptych.option.Families;
import io.diptych.option.Location;
import io.diptych.option.OptionException;
import io.diptych.option.Options;
import io.diptych.option.Yaml;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Scoped;
import io.diptych.tensor.Tensor;
import io.diptych.view.Batch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(Scoped.class)
final class InstanceDiscriminationTest {
  private static final int IMAGES = 32;
  private static final int BATCH = 8;
  private static final int PIXELS = 10;
  private static final Map<String, Object> INVARIANCE =
      Map.of("ramp", "zero", "layers", 2, "neighbours", 3, "positives", 5);

  /** A method with its optimiser, as a run has them. */
  private static final class Run {
    final InstanceDiscrimination method;
    final Sgd sgd;

    Run(Map<String, Object> options) {
      method = create(options, IMAGES);
      method.network().initialize(3);
      sgd =
          new Sgd(new Sgd.Settings(0.1, 0.9, 1e-4, 0, false, true), method.network().parameters());
    }

    double step(long number) {
      try (Scope scope = Scope.open()) {
        Step step = new Step(number, 1000, IMAGES / BATCH);
        Tensor loss = method.compare(method.embed(batch(number), step), step).total();
        loss.backward();
        sgd.step(0.1);
        method.network().clearGrad();
        method.update(step);
        return loss.item();
      }
    }

    Map<String, Tensor> state() {
      Map<String, Tensor> state = new LinkedHashMap<>(method.state());
      state.putAll(method.network().state());
      state.putAll(sgd.state());
      return state;
    }
  }

  @ParameterizedTest
  @EnumSource
  void trainingLowersEveryLoss(BankLoss loss) {
    Map<String, Object> options = new HashMap<>(Map.of("loss", loss, "temperature", 0.3));
    if (loss == BankLoss.FIX_ENTROPY || loss == BankLoss.HARD_FIX_ENTROPY) {
      options.put("entropy", 1.5);
    }
    Run run = new Run(options);
    List<Double> losses = new ArrayList<>();
    for (int epoch = 0; epoch < 12; epoch++) {
      double sum = 0;
      for (int i = 0; i < IMAGES / BATCH; i++) {
        sum += run.step(epoch * (IMAGES / BATCH) + i);
      }
      losses.add(sum);
    }
    // In the first epoch the rows of the bank are of no image.
    assertThat(losses.get(11)).isLessThan(losses.get(1));
  }

  @Test
  void aRunThatTakesUpItsStateMakesTheSameSteps() {
    Map<String, Object> options =
        Map.of("loss", "hard-neg", "mix_weight", 0.5, "invariance", INVARIANCE);
    Run whole = new Run(options);
    for (int i = 0; i < 6; i++) {
      whole.step(i);
    }
    Run resumed = new Run(options);
    States.load("the run", resumed.state(), whole.state());
    for (int i = 6; i < 12; i++) {
      assertThat(resumed.step(i)).isEqualTo(whole.step(i));
    }
    whole
        .state()
        .forEach(
            (name, value) ->
                assertThat(resumed.state().get(name).toBytes())
                    .as(name)
                    .isEqualTo(value.toBytes()));
  }

  @Test
  void theBankStartsUniformAndTheTableWithTheFirstImage() {
    InstanceDiscrimination plain = create(Map.of(), IMAGES);
    assertThat(plain.state()).containsOnlyKeys("bank");
    double bound = Math.sqrt(3.0 / 6);
    double[] values = plain.state().get("bank").toDoubleArray();
    assertThat(values).hasSize(IMAGES * 6);
    assertThat(Arrays.stream(values).map(Math::abs).max().orElseThrow())
        .isBetween(0.9 * bound, bound);
    assertThat(Arrays.stream(values).map(v -> v * v).average().orElseThrow())
        .isCloseTo(1.0 / 6, within(0.03));
    Map<String, Tensor> state =
        create(Map.of("loss", "hard-neg", "invariance", INVARIANCE), IMAGES).state();
    assertThat(state).containsOnlyKeys("bank", "neigh");
    assertThat(state.get("neigh").dtype()).isEqualTo(DType.INT64);
    assertThat(state.get("neigh").toLongArray()).hasSize(IMAGES * 3).containsOnly(0);
  }

  @Test
  void theBankMovesInTheUpdateAndOnlyForTheImagesOfTheBatch() {
    InstanceDiscrimination method = create(Map.of("momentum", 0.25), IMAGES);
    method.network().initialize(3);
    Tensor before = method.state().get("bank").copy();
    Batch batch = batch(0);
    Step step = new Step(0, 8, 4);
    Embeddings embeddings = method.embed(batch, step);
    double loss = method.compare(embeddings, step).total().item();
    assertThat(method.compare(embeddings, step).total().item()).isEqualTo(loss);
    assertThat(method.state().get("bank").toBytes()).isEqualTo(before.toBytes());
    method.update(step);
    Tensor expected = before.copy();
    Tensor moved =
        before
            .indexSelect(0, batch.index())
            .mul(0.25)
            .add(embeddings.get("z").detach().normalize(1).mul(0.75))
            .normalize(1);
    expected.indexCopy_(0, batch.index(), moved);
    assertThat(method.state().get("bank").sub(expected).abs().max().item()).isLessThan(1e-6);
    byte[] after = method.state().get("bank").toBytes();
    method.update(step);
    assertThat(method.state().get("bank").toBytes()).as("nothing new").isEqualTo(after);
  }

  @Test
  void whatWasSeenOutlivesTheScopeOfTheComparison() {
    InstanceDiscrimination method = create(Map.of(), IMAGES);
    method.network().initialize(3);
    byte[] before = method.state().get("bank").toBytes();
    Step step = new Step(0, 8, 4);
    try (Scope scope = Scope.open()) {
      method.compare(method.embed(batch(0), step), step);
    }
    method.update(step);
    assertThat(method.state().get("bank").toBytes()).isNotEqualTo(before);
  }

  @Test
  void mixedImagesAreConvexSumsOfTwoThatDependOnSeedAndStepAlone() {
    InstanceDiscrimination method = create(Map.of("mix_weight", 1), IMAGES);
    method.network().initialize(3);
    Batch batch = batch(0);
    Embeddings first = method.embed(batch, new Step(5, 8, 4));
    Embeddings again = method.embed(batch, new Step(5, 8, 4));
    Embeddings later = method.embed(batch, new Step(6, 8, 4));
    for (String name : List.of("mixed", "other", "share")) {
      assertThat(again.get(name).toBytes()).as(name).isEqualTo(first.get(name).toBytes());
      assertThat(later.get(name).toBytes()).as(name).isNotEqualTo(first.get(name).toBytes());
    }
    long[] partners = first.get("other").toLongArray();
    long[] present = batch.index().toLongArray();
    Arrays.sort(partners);
    Arrays.sort(present);
    assertThat(partners).isEqualTo(present);
    assertThat(Arrays.stream(first.get("share").toDoubleArray()))
        .allMatch(share -> share > 0 && share < 1);
  }

  @Test
  void theLossesOfAFixedEntropyTellTheirTemperature() {
    InstanceDiscrimination method = create(Map.of("loss", "fix-entropy", "entropy", 2), IMAGES);
    method.network().initialize(3);
    Step step = new Step(0, 8, 4);
    Loss loss = method.compare(method.embed(batch(0), step), step);
    assertThat(loss.metrics()).containsOnlyKeys("temperature", "entropy");
    assertThat(loss.metrics().get("entropy").item()).isCloseTo(2, within(0.01));
  }

  @Test
  void headsAreLinearOrHaveAHiddenLayerAsWideAsTheEncoder() {
    assertThat(shapes(Map.of())).containsExactly("projector.weight [6, 12]", "projector.bias [6]");
    assertThat(shapes(Map.of("head", "mlp")))
        .containsExactly(
            "projector.0.weight [12, 12]",
            "projector.0.bias [12]",
            "projector.1.weight [12]",
            "projector.1.bias [12]",
            "projector.3.weight [6, 12]",
            "projector.3.bias [6]");
    assertThat(shapes(Map.of("head", "mlp", "affine", false)))
        .containsExactly(
            "projector.0.weight [12, 12]",
            "projector.0.bias [12]",
            "projector.3.weight [6, 12]",
            "projector.3.bias [6]");
    assertThat(shapes(Map.of("head", "mlp", "batch_norm", false)))
        .containsExactly(
            "projector.0.weight [12, 12]",
            "projector.0.bias [12]",
            "projector.2.weight [6, 12]",
            "projector.2.bias [6]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{background: 33, loss: hard-neg}                         | 32 | background: must be at most the 32 images"
            + ", was 33",
        "{background: 33, loss: hard-flat}        | 32 | background: must be at most the 32 images"
            + ", was 33",
        "{loss: ring, background: 9, potential_positives: 10} | 32 | potential_positives: must be"
            + " at most background (9), was 10",
        "{loss: ratio}                            | 1  | loss: ratio needs at least 2 images, there"
            + " is 1",
        "{loss: insd, invariance: {}}             | 32 | loss: must be hard-neg with invariance"
            + " propagation",
        "{loss: hard-neg, invariance: {neighbours: 9}, background: 9} | 32 | invariance.neighbours: must be below"
            + " background (9), was 9",
        "{loss: hard-neg, invariance: {neighbours: 20, layers: 4}, background: 30} | 32 | invariance.layers: 4"
            + " layers of 20 neighbours reach 168420 images from each, more than 100000",
        "{loss: fix-entropy, entropy: 3.5}        | 32 | entropy: must be below ln 31 = 3.434, what"
            + " 31 other images have at most, was 3.5",
        "{loss: hard-fix-entropy, entropy: 2.1, background: 9} | 32 | entropy: must be below ln 8 ="
            + " 2.079, what 8 other images have at most, was 2.1",
        "{loss: hard-fix-entropy, entropy: 1, background: 9, positive_mask: rank} | 32 |"
            + " positive_mask: rank needs a background of all 32 images, was 9",
        "{temperature: 0}                         | 32 | temperature: must be in (0, inf), was 0.0",
        "{momentum: 1.5}                          | 32 | momentum: must be in [0, 1], was 1.5",
      })
  void optionsThatDoNotFitAreRefused(String yaml, long images, String message) {
    assertThatExceptionOfType(OptionException.class)
        .isThrownBy(
            () ->
                Options.bind(
                        InstanceDiscrimination.Settings.class,
                        Yaml.value(yaml, Location.NONE),
                        Families.NONE)
                    .create(new BodyBackbone(1, 1), new MethodContext(images, 0, 0)))
        .withMessageContaining(message);
  }

  @Test
  void itTakesOneViewAndNoLabels() {
    assertThat(Options.defaults(InstanceDiscrimination.Settings.class).requirements())
        .isEqualTo(Requirements.views(1));
  }

  private static List<String> shapes(Map<String, Object> head) {
    Map<String, Object> projector = new HashMap<>(head);
    projector.put("output", 6);
    List<String> shapes = new ArrayList<>();
    create(Map.of("projector", projector), IMAGES)
        .network()
        .parameters()
        .forEach(
            (name, value) -> {
              if (name.startsWith("projector")) {
                shapes.add(name + " " + value.shape());
              }
            });
    return shapes;
  }

  private static InstanceDiscrimination create(Map<String, Object> options, long images) {
    Map<String, Object> all = new HashMap<>(options);
    all.putIfAbsent("projector", Map.of("output", 6));
    all.putIfAbsent("background", 20);
    all.putIfAbsent("potential_positives", 4);
    return new InstanceDiscrimination(
        Options.defaults(InstanceDiscrimination.Settings.class, all),
        new BodyBackbone(PIXELS, 12),
        new MethodContext(images, 0, 7));
  }

  /** Every image is a fixed row; each epoch shows all. */
  private static Batch batch(long step) {
    long[] order = Keyed.of(1).fold(step / (IMAGES / BATCH)).permutation(IMAGES);
    int from = (int) (step % (IMAGES / BATCH)) * BATCH;
    Tensor index = Tensor.of(Arrays.copyOfRange(order, from, from + BATCH), BATCH);
    Tensor images =
        Keyed.of(2)
            .normal(Tensor.arange(IMAGES * PIXELS, Device.CPU))
            .reshape(IMAGES, PIXELS)
            .to(DType.FLOAT32);
    return new Batch(List.of(images.indexSelect(0, index)), index, index);
  }
}
