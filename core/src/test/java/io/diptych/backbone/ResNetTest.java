package io.diptych.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.diptych.Golden;
import io.diptych.golden.ModuloFill;
import io.diptych.option.Choice;
import io.diptych.option.OptionException;
import io.diptych.option.Options;
import io.diptych.tensor.Autograd;
import io.diptych.tensor.DType;
import io.diptych.tensor.Scoped;
import io.diptych.tensor.Shape;
import io.diptych.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

@ExtendWith(Scoped.class)
final class ResNetTest {
  private static Backbone resNet(int depth, int width, ResNet.Stem stem) {
    ResNet.Settings settings = new ResNet.Settings(depth, width, stem, false);
    return Backbones.create(new Choice("resnet", settings), 3);
  }

  /** Numbers of torchvision's models without their classifier. */
  @ParameterizedTest
  @CsvSource({
    "18, IMAGENET, 11176512, 120, 512",
    "18, CIFAR, 11168832, 120, 512",
    "34, IMAGENET, 21284672, 216, 512",
    "50, IMAGENET, 23508032, 318, 2048",
    "101, IMAGENET, 42500160, 624, 2048"
  })
  void hasAsManyParametersAndEntriesAsInTorchvision(
      int depth, ResNet.Stem stem, long parameters, int entries, int width) {
    Backbone backbone = resNet(depth, 64, stem);
    assertThat(backbone.parameters().values().stream().mapToLong(Tensor::numel).sum())
        .isEqualTo(parameters);
    assertThat(backbone.state()).hasSize(entries);
    assertThat(backbone.width()).isEqualTo(width);
  }

  @Test
  void anotherOfItIsLikeItAndSharesNothing() {
    Backbone one = resNet(18, 4, ResNet.Stem.CIFAR);
    Backbone other = one.another();
    assertThat(other.state().keySet()).containsExactlyElementsOf(one.state().keySet());
    one.initialize(1);
    float[] before = one.parameters().get("conv1.weight").toFloatArray();
    other.initialize(2);
    assertThat(one.parameters().get("conv1.weight").toFloatArray()).isEqualTo(before);
    assertThat(other.parameters().get("conv1.weight").shape())
        .isEqualTo(one.parameters().get("conv1.weight").shape());
  }

  @Test
  void namesShapesAndOrderOfResNet50AreThoseOfTorchvision() {
    Map<String, Shape> expected = new LinkedHashMap<>();
    for (JsonNode entry : recorded("state_dict__imagenet_8192").expected("state_dict")) {
      String name = entry.get(0).asString();
      if (name.startsWith("backbone.")) {
        expected.put(name.substring("backbone.".length()), shape(entry.get(1)));
      }
    }
    assertSameEntries(resNet(50, 64, ResNet.Stem.IMAGENET), expected);
  }

  @Test
  void shapesAndOrderOfTheSmallResNet18AreThoseOfTheRecordedModel() {
    Map<String, Shape> expected = new LinkedHashMap<>();
    Golden golden = recorded("state_dict__model_resnet18_cifar10_d1024");
    for (JsonNode entry : golden.expected("state_dict")) {
      String name = entry.get(0).asString();
      if (name.startsWith("f.")) {
        expected.put(translate(name), shape(entry.get(1)));
      }
    }
    assertSameEntries(resNet(18, 64, ResNet.Stem.CIFAR), expected);
  }

  @Test
  void computesWhatTheRecordedModelComputes() {
    Golden golden = recorded("model_forward__resnet18_cifar10_d32");
    Backbone backbone = resNet(18, 64, ResNet.Stem.CIFAR);
    backbone.requiresGrad(false);
    backbone.to(DType.FLOAT64);
    ModuloFill.fill(backbone.state());
    Tensor images = ModuloFill.images(1000, 3, 3, 32, 32);
    try (Autograd.Guard guard = Autograd.noGrad()) {
      backbone.train(false);
      golden.checkMaxRelative("eval.feature", backbone.forward(images).normalize(1));
      backbone.train(true);
      golden.checkMaxRelative("train.feature", backbone.forward(images).normalize(1));
    }
    for (String name : new String[] {"running_mean", "running_var"}) {
      golden.checkMaxRelative(
          "after_one_train_forward.f.1." + name, backbone.state().get("bn1." + name));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "8, LIGHT, 12, 12, 16",
    "10, CIFAR, 8, 8, 32",
    "14, LIGHT, 28, 20, 16",
    "18, IMAGENET, 32, 32, 32",
    "50, CIFAR, 8, 8, 128"
  })
  void givesRowsOfItsWidthAndGradientsToEveryParameter(
      int depth, ResNet.Stem stem, int height, int width, int features) {
    Backbone backbone = resNet(depth, 4, stem);
    backbone.initialize(1);
    Tensor images = Tensor.of(floats(3 * 3 * height * width), 3, 3, height, width);
    Tensor output = backbone.forward(images);
    assertThat(output.shape()).isEqualTo(Shape.of(3, features));
    assertThat(backbone.width()).isEqualTo(features);
    output.square().sum().backward();
    backbone
        .parameters()
        .forEach(
            (name, parameter) ->
                assertThat(parameter.grad().abs().sum().item()).as(name).isPositive().isFinite());
  }

  @Test
  void itsInputStaysAsItWasAndChannelsLastChangesNoResult() {
    Backbone backbone = resNet(8, 4, ResNet.Stem.LIGHT);
    backbone.initialize(1);
    backbone.train(false);
    float[] pixels = floats(2 * 3 * 12 * 12);
    Tensor images = Tensor.of(pixels, 2, 3, 12, 12);
    Tensor before = backbone.forward(images);
    assertThat(images.toFloatArray()).isEqualTo(pixels);
    backbone.channelsLast();
    Tensor after = backbone.forward(images.channelsLast());
    assertThat(after.sub(before).abs().max().item()).isLessThan(1e-5);
  }

  @Test
  void blocksMayStartAsTheIdentity() {
    Map<String, Object> overrides = Map.of("depth", 18, "width", 4, "zero_init_residual", true);
    ResNet.Settings settings = Options.defaults(ResNet.Settings.class, overrides);
    Backbone backbone = Backbones.create(new Choice("resnet", settings), 1);
    backbone.initialize(1);
    assertThat(backbone.state().get("layer1.0.bn2.weight").abs().sum().item()).isZero();
    assertThat(backbone.state().get("layer1.0.bn1.weight").sum().item()).isEqualTo(4);
    assertThat(backbone.state().get("conv1.weight").shape()).isEqualTo(Shape.of(4, 1, 7, 7));
  }

  @Test
  void anUnknownDepthIsRefused() {
    assertThatExceptionOfType(OptionException.class)
        .isThrownBy(() -> new ResNet.Settings(20, 64, ResNet.Stem.CIFAR, false))
        .withMessageContaining("depth")
        .withMessageContaining("must be 8, 10, 14, 18, 34, 50, 101, 152 or 200, was 20");
    assertThatExceptionOfType(OptionException.class)
        .isThrownBy(() -> resNet(18, 0, ResNet.Stem.CIFAR))
        .withMessageContaining("width");
  }

  private static Golden recorded(String name) {
    return Golden.cases("mixed-barlow-twins", name).get(0);
  }

  private static void assertSameEntries(Backbone backbone, Map<String, Shape> expected) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    backbone.state().forEach((name, tensor) -> shapes.put(name, tensor.shape()));
    assertThat(shapes).containsExactlyEntriesOf(expected);
  }

  /** The recorded model numbers what we name: f.0 is conv1, f.1 is bn1, f.3 is layer1. */
  private static String translate(String name) {
    String[] parts = name.split("\\.", 3);
    int child = Integer.parseInt(parts[1]);
    return (child == 0 ? "conv1" : child == 1 ? "bn1" : "layer" + (child - 2)) + "." + parts[2];
  }

  private static Shape shape(JsonNode node) {
    return Shape.of(
        LongStream.range(0, node.size()).map(i -> node.get((int) i).asLong()).toArray());
  }

  private static float[] floats(int count) {
    double[] values = ModuloFill.sequence(count, 7, 2);
    float[] floats = new float[count];
    for (int i = 0; i < count; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
