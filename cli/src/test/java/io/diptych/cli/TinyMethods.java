package io.diptych.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Recipes that train each method on tiny images in seconds. */
final class TinyMethods {
  private static final String VIEW =
      """
        - count: %d
          pipeline:
            - random_resized_crop: {size: 12, scale: [0.4, 1.0]}
            - color_jitter: {p: 0.8, brightness: 0.4, contrast: 0.4, saturation: 0, hue: 0}
            - normalize: {mean: [0.2], std: [0.2]}
      """;

  /** What a method needs beside its defaults to fit a batch of 20 tiny images. */
  private static final Map<String, String> OPTIONS =
      Map.of(
          "byol", "projector: {hidden: 16, output: 8}, predictor: {hidden: 16}",
          "supcon", "projector: {output: 8}",
          "selfcon", "projector: {output: 8}",
          "barlow-twins", "projector: {widths: [16, 16]}",
          "mixed-barlow-twins", "projector: {widths: [16, 16]}",
          "w-mse", "slice_size: 10, projector: {hidden: 16, output: 4}",
          "corinfomax", "projector: {widths: 16-16-8}",
          "twist", "projector: {hidden: 16, output: 16, dropout: 0.1}, momentum_encoder: true",
          "vicreg", "hidden: 16, output: 16");

  private static final Map<String, Integer> VIEWS =
      Map.of("instance-discrimination", 1, "one-stage", 1);

  private TinyMethods() {}

  /** Writes data of 200 images and a recipe of 10 steps an epoch. */
  static Path recipe(Path dir, String method, int epochs) throws IOException {
    Path data = Diptych.tinyData(dir.resolve("data"), 200, 100);
    return Files.writeString(
        dir.resolve("tiny.yaml"),
        """
        name: tiny
        threads: 1
        data: {name: mnist, path: %s}
        views:
        %sbackbone: {name: resnet, depth: 8, width: 4, stem: light%s}
        method: {name: %s, %s}
        optimizer: {name: sgd, lr: 0.05}
        train: {epochs: %d, batch_size: 20, log_every: 1}
        """
            .formatted(
                data,
                VIEW.formatted(VIEWS.getOrDefault(method, 2)),
                method.equals("selfcon") ? ", exits: {after: [1], size: fc}" : "",
                method,
                OPTIONS.getOrDefault(method, ""),
                epochs),
        StandardCharsets.UTF_8);
  }
}
