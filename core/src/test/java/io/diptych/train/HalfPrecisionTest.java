package io.diptych.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import io.diptych.backbone.Backbones;
import io.diptych.method.Embeddings;
import io.diptych.method.Method;
import io.diptych.method.MethodContext;
import io.diptych.method.Methods;
import io.diptych.method.Requirements;
import io.diptych.method.Step;
import io.diptych.option.Choice;
import io.diptych.option.Options;
import io.diptych.tensor.Autocast;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scoped;
import io.diptych.tensor.Tensor;
import io.diptych.view.Batch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The loss of each method on what a network computes in brain floats. */
@ExtendWith(Scoped.class)
final class HalfPrecisionTest {
  private static final int BATCH = 64;
  private static final Step STEP = new Step(3, 100, 10);

  /** Heads small enough for a test; the batch is cut into slices of more rows than columns. */
  private static final Map<String, Map<String, Object>> OPTIONS =
      Map.of(
          "w-mse",
          Map.of("slice_size", 32, "projector", Map.of("hidden", 32, "output", 8)),
          "barlow-twins",
          Map.of("projector", Map.of("widths", List.of(32, 32))),
          "mixed-barlow-twins",
          Map.of("projector", Map.of("widths", List.of(32, 32))),
          "twist",
          Map.of("projector", Map.of("hidden", 32, "output", 32)),
          "corinfomax",
          Map.of("projector", Map.of("widths", "32-32-16")),
          "vicreg",
          Map.of("hidden", 32, "output", 32));

  static Set<String> methods() {
    return Methods.FAMILY.members().keySet();
  }

  @ParameterizedTest
  @MethodSource("methods")
  void isThatOfSinglePrecisionButForTheRoundingOfItsInputs(String name) {
    Choice choice = choice(name);
    Method method = method(choice);
    Embeddings exact = method.embed(batch(Methods.settings(choice).requirements()), STEP);
    Embeddings half = new Embeddings();
    exact
        .tensors()
        .forEach(
            (key, tensor) ->
                half.with(
                    key, tensor.dtype().isFloatingPoint() ? tensor.to(DType.BFLOAT16) : tensor));

    Seam single = new Seam(exact);
    double expected = method.compare(single.leaves(), STEP).total().item();
    Seam seam = new Seam(half);
    Tensor loss = method.compare(seam.leaves(), STEP).total();
    loss.backward();
    seam.backward(1);

    assertThat(loss.item()).isCloseTo(expected, offset(1e-2 * Math.max(1, Math.abs(expected))));
    method
        .network()
        .parameters()
        .forEach(
            (key, parameter) -> {
              Tensor gradient = parameter.grad();
              if (gradient != null) {
                assertThat(gradient.isFinite().all().item()).as(key).isEqualTo(1);
              }
            });
  }

  @ParameterizedTest
  @MethodSource("methods")
  void isFiniteWhereTheNetworkComputesInBrainFloats(String name) {
    Choice choice = choice(name);
    Method method = method(choice);
    Embeddings embeddings;
    try (Autocast autocast = Autocast.to(DType.BFLOAT16, Device.CPU)) {
      embeddings = method.embed(batch(Methods.settings(choice).requirements()), STEP);
    }
    Seam seam = new Seam(embeddings);
    Tensor loss = method.compare(seam.leaves(), STEP).total();
    loss.backward();
    seam.backward(1);
    assertThat(loss.isFinite().item()).isEqualTo(1);
  }

  private static Choice choice(String name) {
    Class<? extends Record> type = Methods.FAMILY.members().get(name);
    return new Choice(name, Options.defaults(type, OPTIONS.getOrDefault(name, Map.of())));
  }

  private static Method method(Choice choice) {
    Map<String, Object> exits = Map.of("after", List.of(1), "size", "fc");
    Map<String, Object> shape = Map.of("depth", 8, "width", 4, "stem", "light", "exits", exits);
    Choice backbone =
        new Choice("resnet", Options.defaults(Backbones.FAMILY.members().get("resnet"), shape));
    Method method =
        Methods.create(choice, Backbones.create(backbone, 1), new MethodContext(1000, 10, 1));
    method.network().initialize(1);
    method.network().train(true);
    return method;
  }

  private static Batch batch(Requirements requirements) {
    int count = Math.max(requirements.minViews(), Math.min(2, requirements.maxViews()));
    List<Tensor> views = new ArrayList<>();
    for (int view = 0; view < count; view++) {
      Tensor noise = Keyed.of(view).normal(Tensor.arange(BATCH * 144L, Device.CPU));
      views.add(noise.to(DType.FLOAT32).reshape(BATCH, 1, 12, 12));
    }
    Tensor index = Tensor.arange(BATCH, Device.CPU);
    return new Batch(views, index, index.remainder(10));
  }
}
