package io.diptych.bench;

import io.diptych.data.ImageSet;
import io.diptych.option.Tree;
import io.diptych.option.Yaml;
import io.diptych.recipe.Recipe;
import io.diptych.tensor.Backend;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.List;

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

  static ImageSet images(Device device) {
    long values = IMAGES * 3L * 32 * 32;
    Tensor noise = Keyed.of(1).uniform(Tensor.arange(values, Device.CPU), 1).mul(256);
    Tensor pixels = noise.to(DType.UINT8).reshape(IMAGES, 3, 32, 32);
    Tensor labels = Tensor.zeros(DType.INT64, Device.CPU, IMAGES);
    return ImageSet.of("noise", pixels, labels, List.of()).to(device);
  }
}
