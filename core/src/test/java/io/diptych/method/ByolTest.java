package io.diptych.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.diptych.nn.States;
import io.diptych.optim.Optimizer;
import io.diptych.optim.Sgd;
import io.diptych.option.OptionException;
import io.diptych.option.Options;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scoped;
import io.diptych.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(Scoped.class)
final class ByolTest {
  private static final Map<String, Object> SMALL =
      Map.of("projector", Map.of("hidden", 7, "output", 4), "predictor", Map.of("hidden", 5));
  private static final String TARGET = "target.";

  /** A method with its optimiser: what a process of a run holds. */
  private static final class Run {
    final Byol byol;
    final Optimizer optimizer;

    Run(Map<String, Object> options) {
      Map<String, Object> all = new LinkedHashMap<>(SMALL);
      all.putAll(options);
      Byol.Settings settings = Options.defaults(Byol.Settings.class, all);
      byol = (Byol) settings.create(ChainBackbone.linear(6, 8), new MethodContext(64, 0, 3));
      byol.network().initialize(1);
      Sgd.Settings sgd = Options.defaults(Sgd.Settings.class, Map.of("lr", 0.1));
      optimizer = new Sgd(sgd, byol.network().parameters());
    }

    double step(int number) {
      return OneStep.make(byol, optimizer, 0.1, views(number, 2), at(number));
    }

    Map<String, Tensor> state() {
      Map<String, Tensor> state = new LinkedHashMap<>();
      byol.network().state().forEach((name, tensor) -> state.put("network." + name, tensor));
      optimizer.state().forEach((name, tensor) -> state.put("optimizer." + name, tensor));
      byol.state().forEach((name, tensor) -> state.put("method." + name, tensor));
      return state;
    }
  }

  private static Step at(int number) {
    return new Step(number, 100, 10);
  }

  /** Views of the same rows, each with noise of its own. */
  private static List<Tensor> views(int step, int count) {
    Keyed keyed = Keyed.of(2).fold(step);
    Tensor places = Tensor.arange(16 * 6, Device.CPU);
    Tensor rows = keyed.normal(places);
    return IntStream.range(0, count)
        .mapToObj(view -> rows.add(keyed.fold("view " + view).normal(places).mul(0.3)))
        .map(view -> view.to(DType.FLOAT32).reshape(16, 6))
        .toList();
  }

  private static Embeddings embed(Byol byol, int step) {
    return byol.embed(OneStep.batch(views(step, 2)), at(step));
  }

  @Test
  void trainingLowersTheLossAndTheTargetFollows() {
    Run run = new Run(Map.of("momentum", 0.9));
    double first = run.step(0);
    Tensor before = run.byol.state().get("target.projector.0.weight").copy();
    double last = first;
    for (int i = 1; i < 40; i++) {
      last = run.step(i);
    }
    assertThat(first).isBetween(0.0, 8.0);
    assertThat(last).isLessThan(first - 0.5);
    assertThat(run.byol.state().get("target.projector.0.weight").toFloatArray())
        .isNotEqualTo(before.toFloatArray());
  }

  @Test
  void aRunThatIsStoredAndLoadedGoesOnToTheBit() {
    Map<String, Object> options = Map.of("weight_noise", 0.01, "momentum_schedule", "cosine");
    Run whole = new Run(options);
    Run first = new Run(options);
    for (int i = 0; i < 3; i++) {
      whole.step(i);
      first.step(i);
    }
    Run second = new Run(options);
    second.byol.network().initialize(99);
    States.load("the second run", second.state(), first.state());
    for (int i = 3; i < 6; i++) {
      assertThat(second.step(i)).isEqualTo(whole.step(i));
    }
    assertSame(second.state(), whole.state());
  }

  @Test
  void theTargetStartsAsTheNetworkOrWithWeightsOfItsOwn() {
    Run copied = new Run(Map.of());
    embed(copied.byol, 0);
    Map<String, Tensor> target = copied.byol.state();
    copied
        .byol
        .network()
        .parameters()
        .forEach(
            (name, online) -> {
              if (!name.startsWith("predictor.")) {
                assertThat(target.get(TARGET + name).toFloatArray())
                    .as(name)
                    .isEqualTo(online.toFloatArray());
              }
            });
    Run apart = new Run(Map.of("target_init", "independent"));
    embed(apart.byol, 0);
    Tensor own = apart.byol.state().get("target.encoder.0.weight");
    Tensor online = apart.byol.network().state().get("encoder.0.weight");
    assertThat(own.sub(online).abs().max().item()).isGreaterThan(0.1);
    assertThat(own.abs().max().item()).isBetween(0.1, 1 / Math.sqrt(6));
  }

  @Test
  void theTargetIsMovedByTheMomentumAndItsRunningStatisticsOnlyByItsOwnBatches() {
    Run run = new Run(Map.of("momentum", 0.75, "target_init", "independent"));
    embed(run.byol, 0);
    Map<String, Tensor> target = run.byol.state();
    Tensor own = target.get("target.encoder.0.weight").copy();
    Tensor online = run.byol.network().state().get("encoder.0.weight").copy();
    float[] running = target.get("target.projector.1.running_mean").toFloatArray();
    run.byol.update(at(0));
    Tensor expected = own.mul(0.75).add(online.mul(0.25));
    assertThat(target.get("target.encoder.0.weight").sub(expected).abs().max().item())
        .isLessThan(1e-6);
    assertThat(target.get("target.projector.1.running_mean").toFloatArray()).isEqualTo(running);
    assertThat(target.get("target.projector.1.num_batches_tracked").item()).isEqualTo(2);
  }

  @Test
  void noGradientReachesTheTarget() {
    Run run = new Run(Map.of());
    Embeddings all = embed(run.byol, 0);
    assertThat(all.tensors().keySet()).containsExactly("p1", "p2", "target1", "target2");
    assertThat(all.get("p1").requiresGrad()).isTrue();
    assertThat(all.get("target1").requiresGrad()).isFalse();
    assertThat(run.byol.state().values()).noneMatch(Tensor::requiresGrad);
    assertThat(run.byol.network().parameters().keySet()).noneMatch(name -> name.startsWith(TARGET));
  }

  /** The ablation: batch norm in the online projector, the predictor, the target's projector. */
  @ParameterizedTest
  @CsvSource({
    "true, true, true", "true, false, true", "false, true, true", "true, true, false",
    "false, true, false", "false, false, true", "true, false, false", "false, false, false"
  })
  void eachHeadHasItsBatchNormOrNot(boolean online, boolean predictor, boolean target) {
    Map<String, Object> norms = Map.of("online", online, "predictor", predictor, "target", target);
    Run run = new Run(Map.of("head_norm", norms, "momentum", 0.5));
    run.step(0);
    Map<String, Tensor> network = run.byol.network().state();
    Map<String, Tensor> state = run.byol.state();
    assertThat(network.containsKey("projector.1.running_mean")).isEqualTo(online);
    assertThat(network.containsKey("predictor.1.running_mean")).isEqualTo(predictor);
    assertThat(state.containsKey("target.projector.1.running_mean")).isEqualTo(target);
    // The last map is followed whatever its number.
    String last = "projector." + (online ? 3 : 2) + ".weight";
    String lastOfTarget = "target.projector." + (target ? 3 : 2) + ".weight";
    run.byol.network().parameters().get(last).detach().fill_(1);
    state.get(lastOfTarget).fill_(0);
    run.byol.update(at(1));
    assertThat(state.get(lastOfTarget).mean().item()).isCloseTo(0.5, within(1e-6));
    if (target && !online) {
      assertThat(state.get("target.projector.1.weight").min().item()).isEqualTo(1);
    }
  }

  @Test
  void batchNormsOfTheHeadsMayDoWithoutScaleAndOffset() {
    Run run = new Run(Map.of("head_norm", Map.of("affine", false)));
    run.step(0);
    for (String head : List.of("projector.", "predictor.")) {
      assertThat(run.byol.network().state())
          .containsKey(head + "1.running_var")
          .doesNotContainKey(head + "1.weight");
    }
    assertThat(run.byol.state()).doesNotContainKey("target.projector.1.weight");
  }

  @Test
  void noiseChangesWhatTheTargetSaysAndLeavesItsWeightsAsTheyWere() {
    Run plain = new Run(Map.of());
    Run noisy = new Run(Map.of("weight_noise", 0.1));
    float[] without = embed(plain.byol, 0).get("target1").toFloatArray();
    float[] with = embed(noisy.byol, 0).get("target1").toFloatArray();
    assertThat(with).isNotEqualTo(without);
    assertThat(embed(noisy.byol, 0).get("target1").toFloatArray()).isEqualTo(with);
    Tensor next = noisy.byol.embed(OneStep.batch(views(0, 2)), at(1)).get("target1");
    assertThat(next.toFloatArray()).isNotEqualTo(with);
    Tensor weight = noisy.byol.state().get("target.encoder.0.weight");
    assertThat(weight.toFloatArray())
        .isEqualTo(plain.byol.state().get("target.encoder.0.weight").toFloatArray());
  }

  @Test
  void noiseIsScaledByTheMeanOfTheWeightsWithAFloor() {
    Tensor weight = Tensor.full(-2, DType.FLOAT32, Device.CPU, 100, 100);
    WeightNoise noise = WeightNoise.gaussian(1, 0.05);
    Tensor drawn = noise.of("weight", weight, at(0));
    assertThat(drawn.std(true).item()).isCloseTo(0.1, within(0.003));
    assertThat(drawn.mean().item()).isCloseTo(0, within(0.003));
    assertThat(noise.of("weight", weight.mul(0), at(0)).std(true).item())
        .isCloseTo(1e-7, within(3e-9));
    assertThat(noise.of("bias", weight, at(0)).toFloatArray()).isNotEqualTo(drawn.toFloatArray());
  }

  @Test
  void theOrderOfViewsInTheTargetOnlyMovesItsRunningStatistics() {
    Run reversed = new Run(Map.of());
    Run same = new Run(Map.of("target_order", "same"));
    Embeddings one = embed(reversed.byol, 0);
    Embeddings other = embed(same.byol, 0);
    assertSame(one.tensors(), other.tensors());
    String running = "target.projector.1.running_mean";
    assertThat(reversed.byol.state().get(running).toFloatArray())
        .isNotEqualTo(same.byol.state().get(running).toFloatArray());
  }

  @Test
  void viewsMaySharePassesAndStatistics() {
    Run joint = new Run(Map.of("batch_norm", "joint"));
    Embeddings all = embed(joint.byol, 0);
    assertThat(all.get("target2").shape().sizes()).containsExactly(16, 4);
    assertThat(joint.byol.state().get("target.projector.1.num_batches_tracked").item())
        .isEqualTo(1);
  }

  @Test
  void moreViewsAreComparedInPairs() {
    Run run = new Run(Map.of());
    Embeddings all = run.byol.embed(OneStep.batch(views(0, 3)), at(0));
    assertThat(all.tensors().keySet())
        .containsExactly("p1", "p2", "p3", "target1", "target2", "target3");
    Loss loss = run.byol.compare(all, at(0));
    assertThat(loss.terms()).containsOnlyKeys("byol");
    assertThat(run.byol.compare(all, at(0)).total().item()).isEqualTo(loss.total().item());
  }

  @Test
  void itsNeedsAndItsRangesAreToldBeforeItIsMade() {
    Byol.Settings defaults = Options.defaults(Byol.Settings.class);
    assertThat(defaults.requirements().viewsInWords()).isEqualTo("2 views or more");
    assertThatExceptionOfType(OptionException.class)
        .isThrownBy(() -> Options.defaults(Byol.Settings.class, Map.of("momentum", 1.5)))
        .withMessageContaining("momentum")
        .withMessageContaining("1.5");
    assertThatExceptionOfType(OptionException.class)
        .isThrownBy(() -> Options.defaults(Byol.Settings.class, Map.of("weight_noise", -0.1)))
        .withMessageContaining("weight_noise");
    assertThatExceptionOfType(OptionException.class)
        .isThrownBy(
            () -> Options.defaults(Byol.Settings.class, Map.of("momentum_schedule", "linear")))
        .withMessageContaining("cosine-per-epoch");
  }

  private static void assertSame(Map<String, Tensor> got, Map<String, Tensor> expected) {
    assertThat(got.keySet()).containsExactlyElementsOf(expected.keySet());
    expected.forEach(
        (name, tensor) -> assertThat(got.get(name).toBytes()).as(name).isEqualTo(tensor.toBytes()));
  }
}
