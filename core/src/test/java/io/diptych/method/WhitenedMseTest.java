package io.diptych.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

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

@ExtendWith(Scoped.class)
final class WhitenedMseTest {
  private static final Map<String, Object> SMALL =
      Map.of("slice_size", 8, "projector", Map.of("hidden", 7, "output", 3));

  private static WhitenedMse create(Map<String, Object> options) {
    Map<String, Object> all = new LinkedHashMap<>(SMALL);
    all.putAll(options);
    WhitenedMse.Settings settings = Options.defaults(WhitenedMse.Settings.class, all);
    Method method = settings.create(ChainBackbone.linear(6, 8), new MethodContext(64, 0, 3));
    method.network().initialize(1);
    return (WhitenedMse) method;
  }

  private static List<Tensor> views(int step, int rows, int count) {
    Keyed keyed = Keyed.of(2).fold(step);
    Tensor places = Tensor.arange(rows * 6L, Device.CPU);
    Tensor common = keyed.normal(places);
    return IntStream.range(0, count)
        .mapToObj(view -> common.add(keyed.fold("view " + view).normal(places).mul(0.5)))
        .map(view -> view.to(DType.FLOAT32).reshape(rows, 6))
        .toList();
  }

  private static Step at(int number) {
    return new Step(number, 100, 10);
  }

  @Test
  void trainingLowersTheLossOfSeveralViews() {
    WhitenedMse method = create(Map.of("iterations", 2));
    Sgd.Settings sgd = Options.defaults(Sgd.Settings.class, Map.of("lr", 0.1));
    Optimizer optimizer = new Sgd(sgd, method.network().parameters());
    double first = OneStep.make(method, optimizer, 0.1, views(0, 32, 3), at(0));
    double last = first;
    for (int i = 1; i < 40; i++) {
      last = OneStep.make(method, optimizer, 0.1, views(i, 32, 3), at(i));
    }
    assertThat(first).isBetween(0.0, 4.0);
    assertThat(last).isLessThan(first - 0.1);
  }

  @Test
  void slicesAreAFunctionOfTheStep() {
    WhitenedMse method = create(Map.of());
    Embeddings all = method.embed(OneStep.batch(views(0, 32, 2)), at(0));
    assertThat(all.tensors().keySet()).containsExactly("z1", "z2");
    double loss = method.compare(all, at(0)).total().item();
    assertThat(method.compare(all, at(0)).total().item()).isEqualTo(loss);
    assertThat(method.compare(all, at(1)).total().item()).isNotEqualTo(loss);
    assertThat(method.compare(all, at(0)).terms()).containsOnlyKeys("w_mse");
    assertThat(method.state()).isEmpty();
  }

  @Test
  void theEncoderSeesEachViewForItselfAndTheProjectorAllAtOnce() {
    WhitenedMse method = create(Map.of());
    method.embed(OneStep.batch(views(0, 32, 3)), at(0));
    assertThat(method.network().state().get("projector.1.num_batches_tracked").item()).isEqualTo(1);
    assertThat(create(Map.of("projector", Map.of("batch_norm", false))).network().state())
        .doesNotContainKey("projector.1.running_mean")
        .containsKey("projector.2.weight");
  }

  @Test
  void itsNeedsAndContradictionsAreToldBeforeItIsMade() {
    Requirements requirements = Options.defaults(WhitenedMse.Settings.class, SMALL).requirements();
    assertThat(requirements.viewsInWords()).isEqualTo("2 views or more");
    assertThat(requirements.batchMultiple()).isEqualTo(8);
    assertThatExceptionOfType(OptionException.class)
        .isThrownBy(
            () ->
                Options.defaults(
                    WhitenedMse.Settings.class, Map.of("slice_size", 64, "epsilon", 0)))
        .withMessage(
            "slice_size: a slice of 64 rows has no invertible covariance in dimension 64 with"
                + " epsilon 0: set epsilon above 0, or slice_size above projector.output");
    assertThatExceptionOfType(OptionException.class)
        .isThrownBy(() -> Options.defaults(WhitenedMse.Settings.class, Map.of("epsilon", 2)))
        .withMessageContaining("epsilon");
  }

  @Test
  void aBatchThatCannotBeCutIsRefused() {
    WhitenedMse method = create(Map.of());
    Embeddings all = method.embed(OneStep.batch(views(0, 20, 2)), at(0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> method.compare(all, at(0)))
        .withMessage(
            "W-MSE cannot cut a batch of 20 into slices of 8: take a batch that is a multiple of"
                + " the slice");
  }
}
