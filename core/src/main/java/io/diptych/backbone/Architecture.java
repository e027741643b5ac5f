package io.diptych.backbone;

import io.diptych.option.Choice;
import io.diptych.option.Options;
import io.diptych.tensor.Autograd;
import io.diptych.tensor.MultiplyAdds;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A network of the literature by the name it has there, as a backbone of {@link Backbones#FAMILY}.
 *
 * @param name as papers or torchvision have it, with a note where they do not agree
 * @param family which backbone it is
 * @param settings what differs from that backbone's defaults, by the keys of a recipe
 * @param pixels side of the images it was made for
 */
public record Architecture(String name, String family, Map<String, Object> settings, int pixels) {
  /** All of them, by family. */
  public static final List<Architecture> ALL =
      List.of(
          of("ResNet-18", "resnet", 224, Map.of("depth", 18)),
          of("ResNet-34", "resnet", 224, Map.of("depth", 34)),
          of("ResNet-50", "resnet", 224, Map.of("depth", 50)),
          of("ResNet-101", "resnet", 224, Map.of("depth", 101)),
          of("ResNet-152", "resnet", 224, Map.of("depth", 152)),
          of("ResNet-200", "resnet", 224, Map.of("depth", 200)),
          of("ResNet-50w2", "resnet", 224, Map.of("depth", 50, "width", 128)),
          of("ResNet-50w4", "resnet", 224, Map.of("depth", 50, "width", 256)),
          of("Wide ResNet-50-2", "resnet", 224, Map.of("depth", 50, "bottleneck_width", 2)),
          of("ResNet-18, CIFAR", "resnet", 32, Map.of("depth", 18, "stem", "cifar")),
          of("ResNet-50, CIFAR", "resnet", 32, Map.of("depth", 50, "stem", "cifar")),
          of("ResNet-18, STL", "resnet", 64, Map.of("depth", 18, "stem", "stl")),
          of("ResNet-50, STL", "resnet", 64, Map.of("depth", 50, "stem", "stl")),
          of("ResNet-14, light", "resnet", 28, Map.of("depth", 14, "stem", "light")),
          of("PreAct ResNet-18", "pre-resnet", 224, Map.of("depth", 18)),
          of("PreAct ResNet-50", "pre-resnet", 224, Map.of("depth", 50)),
          of(
              "WRN-16-8, SelfCon",
              "wide-resnet",
              32,
              Map.of("depth", 16, "widen", 8, "form", "selfcon", "dropout", 0.3)),
          of("WRN-28-2", "wide-resnet", 32, Map.of("depth", 28, "widen", 2)),
          of("WRN-28-10", "wide-resnet", 32, Map.of("depth", 28, "widen", 10)),
          of("VGG-13", "vgg", 32, Map.of("depth", 13, "batch_norm", false)),
          of("VGG-13-BN", "vgg", 32, Map.of("depth", 13)),
          of("VGG-16", "vgg", 32, Map.of("depth", 16, "batch_norm", false)),
          of("VGG-16-BN", "vgg", 32, Map.of("depth", 16)),
          of("EfficientNet-B0, CIFAR", "efficientnet", 32, Map.of("stem", "cifar")),
          of("EfficientNet-B0", "efficientnet", 224, Map.of("stem", "imagenet", "features", 1280)),
          of("ShuffleNetV2 x0.5", "shufflenet", 224, Map.of("width", 0.5)),
          of("ShuffleNetV2 x1.0", "shufflenet", 224, Map.of("width", 1.0)),
          of("ShuffleNetV2 x1.5", "shufflenet", 224, Map.of("width", 1.5)),
          of("ShuffleNetV2 x2.0", "shufflenet", 224, Map.of("width", 2.0)),
          of("AlexNet", "alexnet", 224, Map.of("stem", "imagenet")),
          of("AlexNet, CIFAR", "alexnet", 32, Map.of("stem", "cifar")),
          of("ViT-T/16", "vit", 224, Map.of("width", 192)),
          of("ViT-S/16", "vit", 224, Map.of("width", 384)),
          of("ViT-B/16", "vit", 224, Map.of("width", 768)));

  private static final int COLOURS = 3;

  /**
   * What a network costs.
   *
   * @param parameters number of trained numbers
   * @param multiplyAdds multiplications that one colour image of the natural size takes
   * @param features of one image
   */
  public record Cost(long parameters, long multiplyAdds, int features) {}

  /** Sorts the settings. */
  public Architecture {
    settings = Collections.unmodifiableMap(new TreeMap<>(settings));
  }

  private static Architecture of(
      String name, String family, int pixels, Map<String, Object> settings) {
    return new Architecture(name, family, settings, pixels);
  }

  /** Returns it as a recipe says it: {@code {name: resnet, depth: 18}}. */
  public String recipe() {
    return settings.entrySet().stream()
        .map(setting -> ", " + setting.getKey() + ": " + setting.getValue())
        .collect(Collectors.joining("", "{name: " + family, "}"));
  }

  /** Returns it as a choice of {@link Backbones#FAMILY}. */
  public Choice choice() {
    Class<? extends Record> type =
        Objects.requireNonNull(Backbones.FAMILY.members().get(family), family);
    return new Choice(family, Options.defaults(type, settings));
  }

  /** Measures it for colour images of the natural size. */
  public Cost cost() {
    try (Scope scope = Scope.open();
        Autograd.Guard guard = Autograd.noGrad();
        MultiplyAdds work = MultiplyAdds.open()) {
      Backbone backbone = Backbones.create(choice(), COLOURS);
      backbone.train(false);
      backbone.forward(Tensor.zeros(0, COLOURS, pixels, pixels));
      long parameters = backbone.parameters().values().stream().mapToLong(Tensor::numel).sum();
      backbone.state().values().forEach(Tensor::close);
      return new Cost(parameters, work.total(), backbone.width());
    }
  }
}
