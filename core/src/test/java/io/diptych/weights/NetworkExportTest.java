package io.diptych.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.diptych.backbone.Backbone;
import io.diptych.backbone.Backbones;
import io.diptych.nn.BatchNorm;
import io.diptych.option.Families;
import io.diptych.option.Options;
import io.diptych.option.Yaml;
import io.diptych.tensor.Autograd;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Scoped;
import io.diptych.tensor.Script;
import io.diptych.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Encoders in ONNX and TorchScript, against their own features. */
@ExtendWith(Scoped.class)
final class NetworkExportTest {
  @TempDir private Path directory;

  /** Returns an encoder whose batch norms have statistics as if it were trained. */
  static Encoder encoder(String backbone, int channels, int size) {
    String text =
        """
        backbone: %s
        channels: %d
        image_size: %d
        mean: [0.4, 0.5, 0.3]
        std: [0.2]
        method: simclr
        recipe_hash: "0123"
        classes: [cat, "it's a dog", "7"]
        """
            .formatted(backbone, channels, size);
    EncoderInfo info =
        Options.bind(
            EncoderInfo.class,
            Yaml.read(text.getBytes(StandardCharsets.UTF_8), "test"),
            Families.of(Backbones.FAMILY));
    Backbone network = Backbones.create(info.backbone(), channels);
    network.initialize(3);
    network
        .state()
        .forEach(
            (name, tensor) -> {
              if (name.endsWith("running_mean")) {
                tensor.copy_(random(name, tensor.shape().sizes()).mul(0.1));
              } else if (name.endsWith("running_var")) {
                tensor.copy_(random(name, tensor.shape().sizes()).mul(0.1).exp());
              }
            });
    network.train(false);
    return new Encoder(network, info);
  }

  private static Tensor random(String name, long... shape) {
    long count = io.diptych.tensor.Shape.of(shape).numel();
    return Keyed.of(11)
        .fold(name)
        .normal(Tensor.arange(count, Device.CPU))
        .to(DType.FLOAT32)
        .reshape(shape);
  }

  private static Tensor bytes(long... shape) {
    return random("bytes", shape).mul(50).add(128).clamp(0, 255).floor().to(DType.UINT8);
  }

  private Path export(String format, Encoder encoder, ImageInput images) throws Exception {
    WeightsFormat chosen = WeightsFormats.named(format).taking(images);
    Path file = directory.resolve("encoder" + chosen.extension());
    WeightsFormats.write(chosen, encoder, file);
    return file;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{name: resnet, depth: 18, stem: cifar} | 32",
        "{name: resnet, depth: 50, width: 16} | 96",
        "{name: resnet, depth: 8, stem: light, width: 16} | 28",
        "{name: resnet, depth: 18, width: 16, exits: {after: [1, 2, 3], size: fc}} | 64",
      })
  void runsElsewhereWithTheSameFeatures(String backbone, int size) throws Exception {
    Encoder encoder = encoder(backbone, 3, size);
    Path onnx = export("onnx", encoder, ImageInput.NORMALIZED);
    Path script = export("torchscript", encoder, ImageInput.NORMALIZED);
    try (OnnxRuntime runtime = new OnnxRuntime(onnx);
        Script loaded = Script.load(script);
        Autograd.Guard guard = Autograd.noGrad()) {
      for (int images : new int[] {1, 3, 8}) {
        try (Scope scope = Scope.open()) {
          Tensor input = random("images", images, 3, size, size);
          Tensor expected = encoder.backbone().forward(input);
          assertThat(loaded.forward(input).get(0).toFloatArray())
              .containsExactly(expected.toFloatArray());
          Tensor ran = runtime.run(input).get(0);
          assertThat(ran.shape()).isEqualTo(expected.shape());
          assertThat(ran.sub(expected).abs().max().item()).isLessThan(1e-4);
        }
      }
    }
  }
}
