package io.diptych.bench;

import io.diptych.backbone.Backbones;
import io.diptych.data.ImageSet;
import io.diptych.method.Method;
import io.diptych.method.MethodContext;
import io.diptych.method.Methods;
import io.diptych.optim.Optimizers;
import io.diptych.option.Tree;
import io.diptych.option.Yaml;
import io.diptych.recipe.Recipe;
import io.diptych.tensor.Backend;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Tensor;
import io.diptych.train.ResidentSource;
import io.diptych.train.Trainer;
import io.diptych.view.Views;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Images and a recipe to measure with: CIFAR's shape, SimCLR's views, ResNet-18. */
final class Fixture {
  static final int BATCH = 256;
  private static final int IMAGES = 1024;
  private static final String RECIPE =
      """
      name: bench
      data: {name: cifar10}
      views:
        - count: 2
          pipeline:
            - random_resized_crop: {size: 32, scale: [0.2, 1.0]}
            - horizontal_flip: {p: 0.5}
            - color_jitter: {p: 0.8, brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1}
            - grayscale: {p: 0.2}
            - gaussian_blur: {p: 0.5, sigma: [0.1, 2.0]}
            - normalize: {mean: [0.4914, 0.4822, 0.4465], std: [0.2023, 0.1994, 0.2010]}
      backbone: {name: resnet, depth: 18, stem: cifar}
      method: {name: simclr}
      train: {epochs: 1000, batch_size: 256}
      """;

  private Fixture() {}

  static Recipe recipe(String... overrides) {
    Tree tree = Yaml.read(RECIPE.getBytes(StandardCharsets.UTF_8), "bench");
    return Recipe.FORMAT.bind(tree, List.of(overrides));
  }

  static Device device() {
    Backend.threads(Runtime.getRuntime().availableProcessors());
    return Device.parse(System.getProperty("device", "auto"));
  }

  /** Makes a loop over these images by a recipe, at a rate that changes little. */
  static Trainer trainer(Recipe recipe, Device device, Path checkpoints) {
    ImageSet images = images(device);
    Method method =
        Methods.create(
            recipe.method(),
            Backbones.create(recipe.backbone(), 3),
            new MethodContext(images.size(), images.classNames().size(), recipe.seed()));
    method.network().initialize(recipe.seed());
    method.network().to(device);
    method.network().channelsLast();
    return new Trainer(
        method,
        Optimizers.create(recipe.optimizer(), method.network().parameters()),
        step -> 1e-3,
        new ResidentSource(
            images, Views.of(recipe.views()), recipe.train().batchSize(), recipe.seed()),
        recipe.train(),
        checkpoints,
        device,
        Map.of());
  }

  static ImageSet images(Device device) {
    long values = IMAGES * 3L * 32 * 32;
    Tensor noise = Keyed.of(1).uniform(Tensor.arange(values, Device.CPU), 1).mul(256);
    Tensor pixels = noise.to(DType.UINT8).reshape(IMAGES, 3, 32, 32);
    Tensor labels = Tensor.zeros(DType.INT64, Device.CPU, IMAGES);
    return ImageSet.of("noise", pixels, labels, List.of()).to(device);
  }
}
