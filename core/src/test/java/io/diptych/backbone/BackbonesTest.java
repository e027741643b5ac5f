package io.diptych.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.diptych.nn.Layer;
import io.diptych.option.Choice;
import io.diptych.option.OptionException;
import io.diptych.option.Options;
import io.diptych.tensor.Autocast;
import io.diptych.tensor.Backend;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scoped;
import io.diptych.tensor.Shape;
import io.diptych.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for the backbones of every family. */
@ExtendWith(Scoped.class)
final class BackbonesTest {
  /** A small network: family, settings, side of its images, number of maps on the way. */
  record Small(String family, Map<String, Object> settings, int pixels, int maps) {
    Backbone create() {
      Backbone backbone = Backbones.create(choice(family, settings), 3);
      backbone.initialize(1);
      return backbone;
    }

    Tensor images() {
      long count = 4L * 3 * pixels * pixels;
      return Keyed.of(3)
          .normal(Tensor.arange(count, Device.CPU))
          .to(DType.FLOAT32)
          .reshape(4, 3, pixels, pixels);
    }
  }

  private static Choice choice(String family, Map<String, Object> settings) {
    return new Choice(family, Options.defaults(Backbones.FAMILY.members().get(family), settings));
  }

  private static Map<String, Object> exits(Integer... after) {
    return Map.of("after", List.of(after), "size", "small");
  }

  static List<Small> networks() {
    Map<String, Object> stl = Map.of("depth", 10, "width", 4, "stem", "stl", "exits", exits(1, 3));
    return List.of(
        new Small("resnet", stl, 16, 5),
        new Small(
            "resnet",
            Map.of("depth", 50, "width", 2, "bottleneck_width", 2, "stem", "cifar"),
            8,
            5),
        new Small("pre-resnet", Map.of("depth", 18, "width", 4), 32, 5),
        new Small("pre-resnet", Map.of("depth", 50, "width", 2), 32, 5),
        new Small("wide-resnet", Map.of("depth", 10, "widen", 1, "exits", exits(2)), 8, 4),
        new Small(
            "wide-resnet",
            Map.of("depth", 16, "widen", 1, "form", "selfcon", "exits", exits(1)),
            8,
            4),
        new Small("vgg", Map.of("depth", 11, "width", 4, "exits", exits(1, 4)), 32, 6),
        new Small("vgg", Map.of("depth", 13, "width", 4, "batch_norm", false), 32, 6),
        new Small(
            "efficientnet",
            Map.of("features", 16, "dropout", 0, "drop_connect", 0, "exits", exits(4)),
            16,
            8),
        new Small("shufflenet", Map.of("width", 0.5), 64, 4),
        new Small("alexnet", Map.of("stem", "cifar"), 32, 5),
        new Small(
            "vit", Map.of("width", 8, "heads", 2, "depth", 2, "patch", 4, "image_size", 8), 16, 0));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void everyParameterLearnsAndEveryExitIsAsWide(Small network) {
    Backbone backbone = network.create();
    List<Tensor> features = backbone.forwardExits(network.images());
    assertThat(features).hasSize(backbone.exits() + 1);
    for (Tensor rows : features) {
      assertThat(rows.shape()).isEqualTo(Shape.of(4, backbone.width()));
    }
    Tensor weights = Keyed.of(9).normal(Tensor.arange(backbone.width(), Device.CPU));
    Tensor.cat(features, 0).mul(weights.to(DType.FLOAT32)).sum().backward();
    backbone
        .parameters()
        .forEach(
            (name, parameter) ->
                assertThat(parameter.grad().abs().sum().item()).as(name).isPositive().isFinite());
  }

  @ParameterizedTest
  @MethodSource("networks")
  void everyLayerGivesItsMapsMeansAndEveryExitItsFeatures(Small network) {
    Backbone backbone = network.create();
    backbone.train(false);
    List<Tensor> expected = new ArrayList<>();
    for (Tensor map : backbone.featureMaps(network.images())) {
      expected.add(map.mean(2, 3));
    }
    List<Tensor> exits = backbone.forwardExits(network.images());
    expected.addAll(exits.subList(0, backbone.exits()));
    if (backbone instanceof VisionTransformer vit) {
      for (Tensor tokens : vit.lastBlocks(network.images(), 2)) {
        expected.add(tokens.select(1, 0));
      }
    }
    assertThat(backbone.layers()).hasSameSizeAs(expected).doesNotHaveDuplicates();
    for (int i = 0; i < expected.size(); i++) {
      Layer part = backbone.upTo(backbone.layers().get(i));
      Tensor features = part.forward(network.images());
      assertThat(features.shape()).isEqualTo(expected.get(i).shape());
      assertThat(features.sub(expected.get(i)).abs().max().item()).isLessThan(1e-5);
    }
  }

  @Test
  void layersAreChosenByTheirNames() {
    Choice choice = choice("resnet", Map.of("depth", 14, "stem", "light", "exits", exits(1)));
    Backbone backbone = Backbones.create(choice, 1);
    assertThat(backbone.layers()).containsExactly("stem", "layer1", "layer2", "layer3", "exit1");
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> backbone.upTo("layer9"))
        .withMessage("the encoder has no layer 'layer9'; take stem, layer1, layer2, layer3, exit1");
  }

  @ParameterizedTest
  @MethodSource("networks")
  void channelsLastChangesNoResultAndTheInputStays(Small network) {
    Backbone backbone = network.create();
    backbone.train(false);
    Tensor images = network.images();
    float[] pixels = images.toFloatArray();
    Tensor before = backbone.forward(images);
    assertThat(images.toFloatArray()).isEqualTo(pixels);
    List<Tensor> exits = backbone.forwardExits(images);
    assertThat(exits.get(exits.size() - 1).toFloatArray()).isEqualTo(before.toFloatArray());
    backbone.channelsLast();
    Tensor after = backbone.forward(images.channelsLast());
    double scale = before.abs().max().item();
    assertThat(after.sub(before).abs().max().item()).isLessThan(1e-5 * Math.max(1, scale));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void brainFloatsGiveNearlyTheSame(Small network) {
    Backbone backbone = network.create();
    backbone.train(false);
    Tensor exact = backbone.forward(network.images()).detach();
    try (Autocast cast = Autocast.to(DType.BFLOAT16, Device.CPU)) {
      Tensor rough = backbone.forward(network.images()).detach().to(DType.FLOAT32);
      double scale = exact.square().sum().sqrt().item();
      assertThat(rough.sub(exact).square().sum().sqrt().item()).isLessThan(0.1 * scale);
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void anotherOfItIsLikeItAndSharesNothing(Small network) {
    Backbone one = network.create();
    Backbone other = one.another();
    assertThat(other.state().keySet()).containsExactlyElementsOf(one.state().keySet());
    one.state().forEach((n, t) -> assertThat(other.state().get(n).shape()).isEqualTo(t.shape()));
    String first = one.parameters().keySet().iterator().next();
    float[] before = one.parameters().get(first).toFloatArray();
    other.initialize(99);
    assertThat(one.parameters().get(first).toFloatArray()).isEqualTo(before);
    assertThat(other.parameters().get(first).toFloatArray()).isNotEqualTo(before);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void mapsShrinkOnTheWay(Small network) {
    Backbone backbone = network.create();
    backbone.train(false);
    List<Tensor> maps = backbone.featureMaps(network.images());
    assertThat(maps).hasSize(network.maps());
    for (int i = 1; i < maps.size(); i++) {
      assertThat(maps.get(i).size(2)).isLessThanOrEqualTo(maps.get(i - 1).size(2));
    }
  }

  @Test
  void weightsStartAsTheAuthorsLetThem() {
    Backbone vgg = start("vgg", Map.of("depth", 11, "width", 8));
    assertThat(std(vgg, "block5.0.weight")).isCloseTo(Math.sqrt(2.0 / (64 * 9)), within(1e-3));
    assertThat(max(vgg, "block5.0.bias")).isZero();
    Backbone wide = start("wide-resnet", Map.of("widen", 1, "form", "selfcon"));
    double glorot = Math.sqrt(2) * Math.sqrt(6.0 / ((64 + 64) * 9));
    assertThat(max(wide, "layer3.1.conv1.weight")).isCloseTo(glorot, within(1e-4));
    assertThat(max(wide, "layer3.1.conv1.bias")).isZero();
    Backbone pre = start("pre-resnet", Map.of("width", 8));
    assertThat(std(pre, "layer4.0.conv1.weight"))
        .isCloseTo(Math.sqrt(2.0 / (32 * 9)), within(1e-3));
    Backbone vit = start("vit", Map.of("width", 64, "depth", 1));
    assertThat(std(vit, "pos_embed")).isCloseTo(0.02, within(1e-3));
    assertThat(std(vit, "blocks.0.attn.qkv.weight")).isCloseTo(0.02, within(1e-3));
    assertThat(max(vit, "blocks.0.mlp.fc1.bias")).isZero();
    double patch = 1 / Math.sqrt(3 * 256);
    assertThat(max(vit, "patch_embed.proj.weight")).isCloseTo(patch, within(1e-3));
    assertThat(max(vit, "patch_embed.proj.bias")).isBetween(0.9 * patch, patch);
    Backbone shuffle = start("shufflenet", Map.of("width", 0.5));
    assertThat(max(shuffle, "stage4.1.branch2.3.weight")).isCloseTo(1.0 / 3, within(0.01));
    Backbone plain = start("resnet", Map.of("depth", 8, "stem", "cifar", "plain_stem", true));
    assertThat(max(plain, "conv1.weight")).isCloseTo(1 / Math.sqrt(27), within(1e-3));
  }

  @Test
  void dropoutWorksInTrainingAlone() {
    Small network =
        new Small("resnet", Map.of("depth", 8, "width", 4, "stem", "light", "dropout", 0.5), 12, 4);
    Backbone backbone = network.create();
    Backend.seed(1);
    float[] first = backbone.forward(network.images()).toFloatArray();
    assertThat(backbone.forward(network.images()).toFloatArray()).isNotEqualTo(first);
    backbone.train(false);
    float[] quiet = backbone.forward(network.images()).toFloatArray();
    assertThat(backbone.forward(network.images()).toFloatArray()).isEqualTo(quiet);
  }

  @Test
  void aFrozenEmbeddingDoesNotLearn() {
    Backbone vit =
        Backbones.create(
            choice(
                "vit",
                Map.of(
                    "width",
                    64,
                    "depth",
                    1,
                    "patch",
                    4,
                    "image_size",
                    8,
                    "freeze_embedding",
                    true)),
            3);
    vit.initialize(1);
    vit.forward(Tensor.ones(2, 3, 8, 8)).square().sum().backward();
    assertThat(vit.parameters().get("patch_embed.proj.weight").grad()).isNull();
    assertThat(vit.parameters().get("pos_embed").grad()).isNotNull();
  }

  @Test
  void impossibleSettingsAreRefused() {
    refused("resnet", Map.of("bottleneck_width", 2), "depth 18 has no bottlenecks");
    refused("pre-resnet", Map.of("depth", 14), "must be 18, 34, 50, 101, 152 or 200, was 14");
    refused("wide-resnet", Map.of("depth", 17), "must be 6n + 4, such as 16, 28 or 40, was 17");
    refused("vgg", Map.of("depth", 12), "must be 11, 13, 16 or 19, was 12");
    refused("vgg", Map.of("exits", exits(5)), "after stages 1 to 4 here, not 5");
    refused("efficientnet", Map.of("exits", exits(2)), "the only exit is after stage 4 here");
    refused("shufflenet", Map.of("width", 0.75), "must be 0.5, 1.0, 1.5 or 2.0, was 0.75");
    refused("vit", Map.of("heads", 5), "must divide the width of 384, was 5");
    refused("vit", Map.of("width", 100), "must be given where width is no multiple of 64");
    refused("vit", Map.of("image_size", 100), "must be a multiple of the patch of 16, was 100");
  }

  @Test
  void imagesThatPatchesDoNotDivideAreRefused() {
    Backbone vit = start("vit", Map.of("width", 64, "depth", 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> vit.forward(Tensor.zeros(1, 3, 32, 40)))
        .withMessage("images of 32x40 pixels do not divide into patches of 16");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ((VisionTransformer) vit).lastBlocks(Tensor.zeros(1, 3, 32, 32), 2))
        .withMessage("there are 1 to 1 blocks to take, not 2");
  }

  private static void refused(String family, Map<String, Object> settings, String message) {
    assertThatExceptionOfType(OptionException.class)
        .isThrownBy(() -> choice(family, settings))
        .withMessageContaining(message);
  }

  private static Backbone start(String family, Map<String, Object> settings) {
    Backbone backbone = Backbones.create(choice(family, settings), 3);
    backbone.initialize(1);
    return backbone;
  }

  private static double std(Backbone backbone, String name) {
    return backbone.state().get(name).std(false).item();
  }

  private static double max(Backbone backbone, String name) {
    return backbone.state().get(name).abs().max().item();
  }

  @ParameterizedTest
  @CsvSource({"vgg, depth, 11, 32", "alexnet, stem, imagenet, 63", "alexnet, stem, cifar, 8"})
  void imagesThatVanishOnTheWayAreRefused(String family, String key, String value, int least) {
    Object option = key.equals("depth") ? Integer.parseInt(value) : value;
    Backbone backbone = Backbones.create(choice(family, Map.of(key, option)), 3);
    backbone.initialize(1);
    backbone.train(false);
    assertThat(backbone.forward(Tensor.ones(1, 3, least, least)).shape())
        .isEqualTo(Shape.of(1, backbone.width()));
    Tensor small = Tensor.ones(1, 3, least, least - 1);
    String message =
        "images of %d x %d pixels are too small for %s, which takes %d x %d or more"
            .formatted(least, least - 1, family, least, least);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> backbone.forward(small))
        .withMessage(message);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> backbone.featureMaps(small))
        .withMessage(message);
  }
}
