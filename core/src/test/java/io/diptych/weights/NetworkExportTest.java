package io.diptych.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnxruntime.TensorInfo;
import io.diptych.backbone.Backbone;
import io.diptych.backbone.Backbones;
import io.diptych.option.Families;
import io.diptych.option.Options;
import io.diptych.option.Yaml;
import io.diptych.tensor.Autograd;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Graph;
import io.diptych.tensor.Graph.Extent;
import io.diptych.tensor.Graph.Kind;
import io.diptych.tensor.Graph.Node;
import io.diptych.tensor.Graph.Value;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Scoped;
import io.diptych.tensor.Script;
import io.diptych.tensor.Shape;
import io.diptych.tensor.Tensor;
import io.diptych.tensor.TensorException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Encoders in ONNX and TorchScript, against their own features. */
@ExtendWith(Scoped.class)
final class NetworkExportTest {
  private static final String SMALL = "{name: resnet, depth: 8, stem: cifar, width: 8}";

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
    long count = Shape.of(shape).numel();
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
        "{name: resnet, depth: 18, stem: cifar, width: 88} | 16",
        "{name: resnet, depth: 50, width: 16} | 96",
        "{name: resnet, depth: 8, stem: light, width: 16} | 28",
        "{name: resnet, depth: 18, width: 16, exits: {after: [1, 2, 3], size: fc}} | 64",
        "{name: resnet, depth: 50, width: 16, bottleneck_width: 2, stem: stl} | 32",
        "{name: pre-resnet, depth: 18, width: 16} | 64",
        "{name: pre-resnet, depth: 50, width: 8} | 64",
        "{name: wide-resnet, depth: 16, widen: 1} | 32",
        "{name: wide-resnet, depth: 16, widen: 1, form: selfcon, dropout: 0.3} | 32",
        "{name: vgg, depth: 13} | 32",
        "{name: vgg, depth: 13, batch_norm: false} | 32",
        "{name: efficientnet, stem: cifar} | 32",
        "{name: efficientnet, stem: imagenet, features: 1280} | 64",
        "{name: shufflenet, width: 0.5} | 64",
        "{name: alexnet, stem: cifar} | 32",
        "{name: vit, width: 64, depth: 2, patch: 8, image_size: 32} | 32",
        "{name: vit, width: 64, depth: 2, patch: 8, image_size: 32} | 48",
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
          // Features of pre-activation networks reach 46 here, where 1e-4 is some 20 units of
          // float32's last place and the order of sums shows: so, of a large feature, a share.
          Tensor scale = expected.abs().clamp(1, 1e9);
          assertThat(ran.sub(expected).abs().div(scale).max().item()).isLessThan(1e-4);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ImageInput.class,
      names = {"UNIT", "BYTES"})
  void mayPrepareTheImagesItself(ImageInput kind) throws Exception {
    Encoder encoder = encoder(SMALL, 3, 32);
    Path onnx = export("onnx", encoder, kind);
    Path script = export("torchscript", encoder, kind);
    Tensor levels = bytes(3, 3, 32, 32);
    Tensor unit = levels.to(DType.FLOAT32).div(255);
    Tensor mean = Tensor.of(new float[] {0.4f, 0.5f, 0.3f}, 3, 1, 1);
    Tensor images = kind == ImageInput.BYTES ? levels : unit;
    try (OnnxRuntime runtime = new OnnxRuntime(onnx);
        Script loaded = Script.load(script);
        Autograd.Guard guard = Autograd.noGrad()) {
      Tensor expected = encoder.backbone().forward(unit.sub(mean).div(0.2));
      assertThat(runtime.run(images).get(0).sub(expected).abs().max().item()).isLessThan(1e-4);
      assertThat(loaded.forward(images).get(0).sub(expected).abs().max().item()).isLessThan(1e-4);
    }
  }

  @Test
  void onnxSaysWhatTheNetworkIs() throws Exception {
    Path file = export("onnx", encoder(SMALL, 3, 32), ImageInput.BYTES);
    try (OnnxRuntime runtime = new OnnxRuntime(file)) {
      Map<String, String> metadata = runtime.metadata();
      assertThat(metadata)
          .containsEntry("method", "simclr")
          .containsEntry("recipe_hash", "0123")
          .containsEntry("mean", "[0.4,0.5,0.3]")
          .containsEntry("std", "[0.2]")
          .containsEntry("image_size", "32")
          .containsEntry("input", "bytes")
          .containsEntry("classes", "[\"cat\",\"it's a dog\",\"7\"]");
      assertThat(metadata.get("backbone")).startsWith("{\"name\":\"resnet\",\"depth\":8,");
      assertThat(runtime.session().getInputNames()).containsExactly("images");
      assertThat(runtime.session().getOutputNames()).containsExactly("features");
      TensorInfo input = (TensorInfo) runtime.session().getInputInfo().get("images").getInfo();
      assertThat(input.getShape()).containsExactly(-1, 3, 32, 32);
      assertThat(input.getDimensionNames()[0]).isEqualTo("batch");
    }
  }

  @Test
  void onnxHoldsTheWeightsUnderTheirNames() throws Exception {
    Encoder encoder = encoder(SMALL, 3, 32);
    Path file = export("onnx", encoder, ImageInput.NORMALIZED);
    ModelProto model = ModelProto.parseFrom(Files.readAllBytes(file));
    assertThat(model.getOpsetImport(0).getVersion()).isEqualTo(17);
    Map<String, Tensor> state = encoder.backbone().state();
    Set<String> weights = new TreeSet<>();
    for (TensorProto tensor : model.getGraph().getInitializerList()) {
      Tensor weight = state.get(tensor.getName());
      if (weight != null) {
        weights.add(tensor.getName());
        assertThat(tensor.getRawData().toByteArray()).isEqualTo(weight.toBytes());
      }
    }
    // What counts batches in training has no part in the network.
    Set<String> used = new TreeSet<>(state.keySet());
    used.removeIf(name -> name.endsWith("num_batches_tracked"));
    assertThat(weights).isEqualTo(used);
  }

  @Test
  void torchScriptHoldsTheWholeStateUnderItsNames() throws Exception {
    Encoder encoder = encoder(SMALL, 3, 32);
    Path file = export("torchscript", encoder, ImageInput.NORMALIZED);
    try (Script script = Script.load(file)) {
      Map<String, Tensor> state = script.state();
      assertThat(state.keySet())
          .containsExactlyInAnyOrderElementsOf(encoder.backbone().state().keySet());
      encoder
          .backbone()
          .state()
          .forEach(
              (name, value) -> assertThat(state.get(name).toBytes()).isEqualTo(value.toBytes()));
    }
    String notes = entry(file, "extra/diptych.json");
    assertThat(notes)
        .contains("\"method\":\"simclr\"", "\"mean\":[0.4,0.5,0.3]", "\"input\":\"normalized\"");
  }

  private static String entry(Path archive, String name) throws IOException {
    try (FileSystem zip = FileSystems.newFileSystem(archive);
        Stream<Path> files = Files.walk(zip.getPath("/"))) {
      Path found = files.filter(file -> file.endsWith(name)).findFirst().orElseThrow();
      return Files.readString(found);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"onnx", "torchscript"})
  void theSameEncoderGivesTheSameFile(String format) throws Exception {
    byte[] first = Files.readAllBytes(export(format, encoder(SMALL, 3, 32), ImageInput.UNIT));
    byte[] again = Files.readAllBytes(export(format, encoder(SMALL, 3, 32), ImageInput.UNIT));
    assertThat(again).isEqualTo(first);
  }

  @ParameterizedTest
  @ValueSource(strings = {"onnx", "torchscript"})
  void aRefusedEncoderLeavesNoFile(String format) throws Exception {
    Encoder encoder = encoder(SMALL, 3, 32);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                export(
                    format,
                    new Encoder(encoder.backbone(), encoder.info().at(0)),
                    ImageInput.NORMALIZED))
        .withMessageContaining("the size of the images is unknown");
    encoder.backbone().train(true);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> export(format, encoder, ImageInput.NORMALIZED))
        .withMessageContaining("in training mode");
    encoder.backbone().train(false);
    try (Autograd.Guard guard = Autograd.noGrad()) {
      encoder.backbone().state().get("bn1.weight").fill_(Double.NaN);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> export(format, encoder, ImageInput.NORMALIZED))
        .withMessageContaining("numbers that are not finite");
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void formatsOfWeightsTakeNoImages() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WeightsFormats.named("safetensors").taking(ImageInput.BYTES))
        .withMessage("format safetensors holds weights without a network, which would take images");
  }

  @Test
  void onnxRefusesMoreThanItsFilesHold() {
    // Its memory is never touched, so it takes none.
    Tensor tensor = Tensor.empty(DType.FLOAT32, Device.CPU, 1 << 14, 1 << 15);
    List<Extent> shape = List.of(new Extent(1 << 14, 0), new Extent(1 << 15, 0));
    Value large = new Value(Kind.STATE, "large", DType.FLOAT32, shape, tensor);
    Value images = new Value(Kind.INPUT, "images", DType.FLOAT32, shape, null);
    Value sum = new Value(Kind.RESULT, "add_1", DType.FLOAT32, shape, null);
    Node add = new Node("add", List.of(images, large), Map.of(), sum);
    Graph graph = new Graph(images, List.of(add), List.of(sum));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> Onnx.write(directory.resolve("large"), graph, List.of("features"), Map.of()))
        .withMessage(
            "the weights take 2.0 GiB, and an ONNX file holds less than 2 GiB; safetensors holds"
                + " more");
  }

  @Test
  void notEveryFileIsTorchScript() throws Exception {
    Path file = Files.writeString(directory.resolve("a.pt"), "no archive");
    assertThatExceptionOfType(TensorException.class)
        .isThrownBy(() -> Script.load(file))
        .withMessageStartingWith(file + " (TorchScript): ")
        .withMessageNotContaining("\n");
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> Script.load(directory.resolve("none.pt")))
        .withMessageContaining("no such file");
  }
}
