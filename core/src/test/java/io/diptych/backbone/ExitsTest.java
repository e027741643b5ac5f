package io.diptych.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.diptych.nn.GradientCheck;
import io.diptych.option.Choice;
import io.diptych.option.OptionException;
import io.diptych.option.Options;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scoped;
import io.diptych.tensor.Shape;
import io.diptych.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(Scoped.class)
final class ExitsTest {
  private static Backbone light(int depth, Exits.Size size, Integer... after) {
    ResNet.Settings settings =
        new ResNet.Settings(depth, 4, ResNet.Stem.LIGHT, false, new Exits(List.of(after), size));
    Backbone backbone = Backbones.create(new Choice("resnet", settings), 1);
    backbone.initialize(1);
    return backbone;
  }

  private static Tensor images(int count) {
    return Keyed.of(1)
        .normal(Tensor.arange(count * 144L, Device.CPU))
        .to(DType.FLOAT32)
        .reshape(count, 1, 12, 12);
  }

  @ParameterizedTest
  @EnumSource(Exits.Size.class)
  void everyExitGivesFeaturesOfTheBackbonesWidthAndTheLastAreThoseOfTheBackbone(Exits.Size size) {
    Backbone backbone = light(14, size, 1, 2);
    assertThat(backbone.exits()).isEqualTo(2);
    backbone.train(false);
    List<Tensor> features = backbone.forwardExits(images(3));
    assertThat(features).hasSize(3);
    for (Tensor feature : features) {
      assertThat(feature.shape()).isEqualTo(Shape.of(3, backbone.width()));
    }
    assertThat(features.get(2).toFloatArray())
        .isEqualTo(backbone.forward(images(3)).toFloatArray());
  }

  @ParameterizedTest
  @CsvSource({"FC, 2", "SMALL, 18", "SAME, 30"})
  void anExitIsAsLargeAsAskedFor(Exits.Size size, int entries) {
    Backbone backbone = light(14, size, 2);
    assertThat(backbone.state().keySet().stream().filter(k -> k.startsWith("selfcon_layer.1.")))
        .hasSize(entries);
    assertThat(backbone.state().keySet().stream().filter(k -> k.startsWith("selfcon_layer.")))
        .hasSize(entries);
  }

  @Test
  void theSmallestNetworkStillHasBlocksInASmallExit() {
    assertThat(light(8, Exits.Size.SMALL, 1).state())
        .containsKeys(
            "selfcon_layer.0.0.0.conv1.weight", "selfcon_layer.0.1.0.downsample.0.weight");
  }

  @Test
  void exitsLearnOnlyWhereTheyAreAskedAndLeaveTheRestOfTheWeightsAsTheyWere() {
    Backbone with = light(8, Exits.Size.SMALL, 2);
    Backbone without = light(8, Exits.Size.SMALL);
    assertThat(without.exits()).isZero();
    assertThat(without.forwardExits(images(2))).hasSize(1);
    without
        .parameters()
        .forEach(
            (name, tensor) ->
                assertThat(with.parameters().get(name).toFloatArray())
                    .as(name)
                    .isEqualTo(tensor.toFloatArray()));
    with.forward(images(2)).square().sum().backward();
    with.parameters()
        .forEach(
            (name, p) -> assertThat(p.grad() == null).isEqualTo(name.startsWith("selfcon_layer")));
    with.forwardExits(images(2)).get(0).square().sum().backward();
    with.parameters().forEach((name, p) -> assertThat(p.grad()).as(name).isNotNull());
  }

  @ParameterizedTest
  @EnumSource(
      value = Exits.Size.class,
      names = {"FC", "SMALL"})
  void gradientsAreThoseOfFiniteDifferences(Exits.Size size) {
    Backbone backbone = light(8, size, 2);
    backbone.to(DType.FLOAT64);
    backbone.train(false);
    Map<String, Tensor> some = new LinkedHashMap<>(backbone.parameters());
    some.keySet().removeIf(name -> !name.equals("conv1.weight") && !name.matches("selfcon.*bias"));
    GradientCheck.function(
        some, () -> Tensor.cat(backbone.forwardExits(images(2).to(DType.FLOAT64)), 1));
  }

  @Test
  void impossibleExitsAreRefused() {
    assertThatExceptionOfType(OptionException.class)
        .isThrownBy(() -> light(8, Exits.Size.FC, 3))
        .withMessageContaining("exits.after")
        .withMessageContaining("an exit can branch off after stages 1 to 2 here, not 3");
    assertThatExceptionOfType(OptionException.class)
        .isThrownBy(() -> light(18, Exits.Size.FC, 2, 2))
        .withMessageContaining("must be ascending, was [2, 2]");
    Map<String, Object> zero = Map.of("exits", Map.of("after", List.of(0)));
    assertThatExceptionOfType(OptionException.class)
        .isThrownBy(() -> Options.defaults(ResNet.Settings.class, zero))
        .withMessageContaining("exits.after");
  }
}
