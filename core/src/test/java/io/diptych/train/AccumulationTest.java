package io.diptych.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.offset;

import io.diptych.backbone.Backbones;
import io.diptych.method.Embeddings;
import io.diptych.method.Loss;
import io.diptych.method.Method;
import io.diptych.method.MethodContext;
import io.diptych.method.Methods;
import io.diptych.method.Requirements;
import io.diptych.method.Step;
import io.diptych.option.Choice;
import io.diptych.option.OptionException;
import io.diptych.option.Options;
import io.diptych.tensor.Backend;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scoped;
import io.diptych.tensor.Tensor;
import io.diptych.view.Batch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A batch that passes the network in parts is compared as a whole. */
@ExtendWith(Scoped.class)
final class AccumulationTest {
  private static final int BATCH = 16;
  private static final Step STEP = new Step(3, 100, 10);
  private static final Map<String, Map<String, Object>> OPTIONS =
      Map.of(
          "w-mse",
          Map.of("slice_size", 16, "projector", Map.of("hidden", 32, "output", 8)),
          "barlow-twins",
          Map.of("projector", Map.of("widths", List.of(16, 16))),
          "mixed-barlow-twins",
          Map.of("projector", Map.of("widths", List.of(16, 16))),
          "twist",
          Map.of("projector", Map.of("hidden", 16, "output", 16, "dropout", 0.5)),
          "corinfomax",
          Map.of("projector", Map.of("widths", "16-16-8")),
          "byol",
          Map.of("projector", Map.of("hidden", 16, "output", 8), "predictor", Map.of("hidden", 16)),
          "vicreg",
          Map.of("hidden", 16, "output", 16));

  static Set<String> methods() {
    return Methods.FAMILY.members().keySet();
  }

  private static TrainSettings settings(int parts) {
    return Options.defaults(TrainSettings.class, Map.of("batch_size", BATCH, "accumulate", parts));
  }

  private static Method method(String name) {
    Map<String, Object> exits = Map.of("after", List.of(1), "size", "fc");
    Map<String, Object> shape = Map.of("depth", 8, "width", 4, "stem", "light", "exits", exits);
    Choice backbone =
        new Choice("resnet", Options.defaults(Backbones.FAMILY.members().get("resnet"), shape));
    Class<? extends Record> type = Methods.FAMILY.members().get(name);
    Choice choice = new Choice(name, Options.defaults(type, OPTIONS.getOrDefault(name, Map.of())));
    Method method =
        Methods.create(choice, Backbones.create(backbone, 1), new MethodContext(100, 10, 1));
    method.network().initialize(1);
    return method;
  }

  private static Batch batch(String method) {
    Choice choice =
        new Choice(
            method,
            Options.defaults(
                Methods.FAMILY.members().get(method), OPTIONS.getOrDefault(method, Map.of())));
    Requirements requirements = Methods.settings(choice).requirements();
    int count = Math.max(requirements.minViews(), Math.min(2, requirements.maxViews()));
    List<Tensor> views = new ArrayList<>();
    for (int view = 0; view < count; view++) {
      Tensor noise = Keyed.of(view).normal(Tensor.arange(BATCH * 144L, Device.CPU));
      views.add(noise.to(DType.FLOAT32).reshape(BATCH, 1, 12, 12));
    }
    Tensor index = Tensor.arange(BATCH, Device.CPU);
    return new Batch(views, index, index.remainder(4));
  }

  /** Gradients of a step whose batch passes in parts. */
  private static Map<String, float[]> gradients(Method method, Batch batch, int parts) {
    method.network().clearGrad();
    Backend.seed(7);
    Pass pass = new Pass(method, batch, STEP, settings(parts), Device.CPU);
    Loss loss = pass.compare();
    pass.backward(loss, 1);
    Map<String, float[]> gradients = new LinkedHashMap<>();
    gradients.put("loss", new float[] {(float) loss.total().item()});
    method
        .network()
        .parameters()
        .forEach(
            (name, p) -> {
              if (p.grad() != null) {
                gradients.put(name, p.grad().toFloatArray());
              }
            });
    return gradients;
  }

  @ParameterizedTest
  @ValueSource(strings = {"simclr", "supcon", "selfcon", "instance-discrimination", "vicreg"})
  void lossAndGradientAreThoseOfTheWholeBatchWhereNoBatchNormMixesIt(String name) {
    Method method = method(name);
    method.network().train(false); // Batch norms take running statistics: rows are independent.
    Map<String, float[]> whole = gradients(method, batch(name), 1);
    for (int parts : new int[] {2, 4, 8}) {
      Map<String, float[]> inParts = gradients(method, batch(name), parts);
      assertThat(inParts).containsOnlyKeys(whole.keySet());
      whole.forEach(
          (parameter, gradient) -> {
            double scale = 1e-6;
            for (float value : gradient) {
              scale = Math.max(scale, Math.abs(value));
            }
            for (int i = 0; i < gradient.length; i++) {
              assertThat((double) inParts.get(parameter)[i])
                  .as("%s[%d] in %d parts", parameter, i, parts)
                  .isCloseTo(gradient[i], offset(1e-4 * scale));
            }
          });
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void everyMethodPassesInPartsAndSeesEachPartOnce(String name) {
    Method method = method(name);
    method.network().train(true);
    Map<String, float[]> gradients = gradients(method, batch(name), 4);
    assertThat(gradients.get("loss")[0]).isFinite();
    method.update(STEP);
    Method again = method(name);
    again.network().train(true);
    assertThat(gradients(again, batch(name), 4)).usingRecursiveComparison().isEqualTo(gradients);
    // Running statistics moved once for each pass of a part, as those of four small batches.
    double batches = method.network().state().get("encoder.bn1.num_batches_tracked").item();
    Method small = method(name);
    small.network().train(true);
    Embeddings one =
        small.embed(
            new Batch(
                batch(name).views().stream().map(view -> view.narrow(0, 0, 4)).toList(),
                batch(name).index().narrow(0, 0, 4),
                batch(name).label().narrow(0, 0, 4)),
            STEP);
    assertThat(one.tensors()).isNotEmpty();
    assertThat(batches)
        .isEqualTo(4 * small.network().state().get("encoder.bn1.num_batches_tracked").item());
  }

  @Test
  void dropoutIsTheSameInBothPassesOfAPart() {
    Method method = method("twist");
    method.network().train(true);
    Backend.seed(7);
    byte[] start = Backend.generatorState(Device.CPU).toBytes();
    Pass pass = new Pass(method, batch("twist"), STEP, settings(2), Device.CPU);
    byte[] drawn = Backend.generatorState(Device.CPU).toBytes();
    assertThat(drawn).isNotEqualTo(start);
    pass.backward(pass.compare(), 1);
    assertThat(Backend.generatorState(Device.CPU).toBytes()).isEqualTo(drawn);
  }

  @Test
  void aBatchThatCannotBeDividedIsRefused() {
    assertThatExceptionOfType(OptionException.class)
        .isThrownBy(() -> settings(3))
        .withMessage("accumulate: a batch of 16 images has no 3 equal parts of 2 or more");
    assertThatExceptionOfType(OptionException.class).isThrownBy(() -> settings(16));
  }
}
