package io.diptych.weights;

import static org.assertj.core.api.Assertions.assertThat;

import io.diptych.Python;
import io.diptych.backbone.Backbone;
import io.diptych.backbone.Backbones;
import io.diptych.option.Choice;
import io.diptych.tensor.Autograd;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files between this program and PyTorch itself. Needs a {@link Python} with PyTorch (Debian:
 * {@code apt install python3-torch python3-numpy}).
 */
final class PythonTest {
  private static Python python;

  @TempDir private Path dir;

  @BeforeAll
  static void findPython() {
    python = Python.with(PythonTest.class, "torch", "numpy");
  }

  private static void script(String name, Object... arguments) throws Exception {
    python.run(name, arguments);
  }

  @Test
  void filesThatPyTorchWritesNowAreRead() throws Exception {
    script("make_files.py", dir);
    try (Scope scope = Scope.open()) {
      TorchFileTest.checkFiles(dir);
    }
  }

  @Test
  void pyTorchReadsWhatIsWrittenAndComputesTheSameFeatures() throws Exception {
    try (Scope scope = Scope.open()) {
      Encoder encoder = encoder();
      Path pth = dir.resolve("a.pth");
      Path safetensors = dir.resolve("a.safetensors");
      WeightsFormats.write(WeightsFormats.named("pytorch"), encoder, pth);
      WeightsFormats.write(WeightsFormats.named("safetensors"), encoder, safetensors);
      long values = 2L * 3 * 64 * 64;
      Tensor images =
          Keyed.of(1)
              .normal(Tensor.arange(values, Device.CPU))
              .reshape(2, 3, 64, 64)
              .to(DType.FLOAT32);
      Path input = dir.resolve("images");
      Path output = dir.resolve("features");
      Files.write(input, images.toBytes());
      script("read_files.py", pth, safetensors, input, output);

      float[] expected;
      try (Autograd.Guard guard = Autograd.noGrad()) {
        expected = encoder.backbone().forward(images).toFloatArray();
      }
      ByteBuffer got = ByteBuffer.wrap(Files.readAllBytes(output)).order(ByteOrder.LITTLE_ENDIAN);
      for (int file = 0; file < 2; file++) {
        for (float value : expected) {
          assertThat(Math.abs(got.getFloat() - value))
              .isLessThanOrEqualTo(1e-5f * Math.max(1, Math.abs(value)));
        }
      }
      assertThat(got.hasRemaining()).isFalse();
      assertThat(Arrays.copyOf(expected, 9)).isNotEqualTo(new float[9]);
    }
  }

  @Test
  void pyTorchRunsTheTorchScript() throws Exception {
    try (Scope scope = Scope.open();
        Autograd.Guard guard = Autograd.noGrad()) {
      Encoder encoder = NetworkExportTest.encoder("{name: resnet, depth: 18, width: 16}", 3, 64);
      Path network = dir.resolve("a.pt");
      WeightsFormats.write(WeightsFormats.named("torchscript"), encoder, network);
      Tensor index = Tensor.arange(3L * 3 * 64 * 64, Device.CPU);
      Tensor images = Keyed.of(2).normal(index).reshape(3, 3, 64, 64).to(DType.FLOAT32);
      Path input = dir.resolve("images");
      Files.write(input, images.toBytes());
      Path output = dir.resolve("features");
      Path names = dir.resolve("names");
      script("run_script.py", network, input, 64, output, names);

      Tensor expected = encoder.backbone().forward(images);
      Tensor got =
          Tensor.ofBytes(DType.FLOAT32, Files.readAllBytes(output), expected.shape().sizes());
      double scale = Math.max(1, expected.abs().max().item());
      assertThat(got.sub(expected).abs().max().item() / scale).isLessThan(1e-5);
      List<String> state = new ArrayList<>();
      encoder.backbone().state().forEach((name, value) -> state.add(name + " " + value.shape()));
      assertThat(Files.readAllLines(names)).containsExactlyInAnyOrderElementsOf(state);
    }
  }

  private static Encoder encoder() {
    Choice choice = ArchitectureText.parse("resnet18");
    Backbone backbone = Backbones.create(choice, 3);
    backbone.initialize(1);
    backbone
        .state()
        .forEach(
            (name, tensor) -> {
              if (name.contains("running_")) {
                Tensor index = Tensor.arange(tensor.numel(), Device.CPU);
                Tensor noise = Keyed.of(name.hashCode()).uniform(index, 1);
                tensor.copy_(
                    noise
                        .reshape(tensor.shape().sizes())
                        .mul(0.2)
                        .add(name.endsWith("var") ? 0.9 : -0.1));
              }
            });
    backbone.train(false);
    return new Encoder(
        backbone,
        new EncoderInfo(
            choice,
            3,
            64,
            List.of(0.485, 0.456, 0.406),
            List.of(0.229, 0.224, 0.225),
            "simclr",
            "abc",
            List.of("cat", "dog"),
            "test"));
  }

  @Test
  void numPyReadsWhatIsWrittenForDetectron() throws Exception {
    try (Scope scope = Scope.open()) {
      Encoder encoder = encoder();
      Path file = dir.resolve("a.pkl");
      WeightsFormats.write(WeightsFormats.named("detectron2"), encoder, file);
      Path sums = dir.resolve("sums");
      script("read_detectron.py", file, sums);
      List<String> lines = Files.readAllLines(sums);
      int line = 0;
      for (var entry : encoder.backbone().state().entrySet()) {
        Tensor tensor = entry.getValue();
        String[] words = lines.get(line++).split(" ", 3);
        assertThat(words[0]).isEqualTo(DetectronNames.of(entry.getKey()));
        assertThat(words[2]).isEqualTo(tensor.shape().toString());
        double sum = Arrays.stream(tensor.to(DType.FLOAT64).toDoubleArray()).sum();
        assertThat(Math.abs(Double.parseDouble(words[1]) - sum)).isLessThan(1e-6);
      }
      assertThat(lines).hasSize(line);
    }
  }
}
