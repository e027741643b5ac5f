package io.diptych.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diptych.backbone.Backbone;
import io.diptych.backbone.Backbones;
import io.diptych.option.Choice;
import io.diptych.recipe.SavedEncoder;
import io.diptych.tensor.Autograd;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scoped;
import io.diptych.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Encoders out of files as the reference projects and others write them. */
@ExtendWith(Scoped.class)
final class WeightsImportTest {
  private static final String CIFAR = "{name: resnet, depth: 10, width: 8, stem: cifar}";

  @TempDir private Path dir;
  private Backbone encoder;

  @BeforeEach
  void open() {
    encoder = made(CIFAR, 3);
  }

  private static Backbone made(String arch, int channels) {
    Backbone made = Backbones.create(ArchitectureText.parse(arch), channels);
    made.initialize(5);
    // Statistics that would be missed.
    made.state()
        .forEach(
            (name, tensor) -> {
              if (name.contains("running")) {
                Tensor noise = Keyed.of(name.hashCode()).uniform(index(tensor.numel()), 1);
                tensor.copy_(noise.reshape(tensor.shape().sizes()).add(0.5));
              } else if (name.endsWith("num_batches_tracked")) {
                tensor.fill_(42);
              }
            });
    made.train(false);
    return made;
  }

  private static Tensor index(long count) {
    return Tensor.arange(count, Device.CPU);
  }

  private static float[] features(Backbone backbone, int channels) {
    Tensor noise = Keyed.of(3).uniform(index(2L * channels * 32 * 32), 1);
    try (Autograd.Guard guard = Autograd.noGrad()) {
      return backbone.forward(noise.reshape(2, channels, 32, 32)).toFloatArray();
    }
  }

  /** The encoder's tensors under the names of a project. */
  private Map<String, Tensor> state(UnaryOperator<String> rename) {
    Map<String, Tensor> state = new LinkedHashMap<>();
    encoder.state().forEach((name, tensor) -> state.put(rename.apply(name), tensor));
    return state;
  }

  private Map<String, Tensor> with(Map<String, Tensor> state, String... heads) {
    for (String head : heads) {
      state.put(head, Tensor.ones(2, 2));
    }
    return state;
  }

  private Imported read(Path file, ImportOptions options) throws IOException {
    Imported imported = WeightsImport.read(file, options);
    // As evaluate and embed lay them out: a convolution may sum in another order otherwise.
    encoder.channelsLast();
    imported.encoder().backbone().channelsLast();
    assertThat(features(imported.encoder().backbone(), 3)).isEqualTo(features(encoder, 3));
    assertThat(imported.missing()).isEmpty();
    // What is written of it is opened by evaluate and embed.
    Path weights = dir.resolve("imported.safetensors");
    WeightsFormats.write(WeightsFormats.named("safetensors"), imported.encoder(), weights);
    SavedEncoder saved = SavedEncoder.open(weights, List.of("evaluate.knn.k=3"));
    assertThat(features(saved.trained(3, Device.CPU), 3)).isEqualTo(features(encoder, 3));
    assertThat(saved.info()).isEqualTo(imported.encoder().info());
    assertThat(saved.normalize().mean()).isEqualTo(imported.encoder().info().mean());
    assertThat(saved.recipe().evaluate().knn().k()).isEqualTo(3);
    Files.delete(weights);
    return imported;
  }

  private Path archive(Map<String, ?> root) throws IOException {
    Path file = dir.resolve("checkpoint.pth");
    TorchTestFile.archive(file, root);
    return file;
  }

  @Test
  void torchvisionAndTimmWithTheirClassifier() throws IOException {
    Imported imported =
        read(archive(with(state(n -> n), "fc.weight", "fc.bias")), ImportOptions.NONE);
    assertThat(imported.leftOut()).containsExactly("fc.weight", "fc.bias");
    assertThat(imported.layout()).isEqualTo("plain");
    EncoderInfo info = imported.encoder().info();
    assertThat(info.texts().get("backbone")).contains("depth: 10", "width: 8", "stem: cifar");
    assertThat(info.mean()).containsExactly(0.485, 0.456, 0.406);
    assertThat(info.channels()).isEqualTo(3);
    assertThat(info.origin()).isEqualTo("checkpoint.pth");
  }

  @Test
  void theOlderFormatAndSafetensors() throws IOException {
    Path stream = dir.resolve("stream.pth");
    TorchTestFile.stream(stream, Map.of("state_dict", state(n -> "module." + n)));
    assertThat(read(stream, ImportOptions.NONE).entry()).isEqualTo("state_dict");
    Path safetensors = dir.resolve("a.safetensors");
    Safetensors.write(safetensors, state(n -> "encoder." + n), Map.of());
    read(safetensors, ImportOptions.NONE);
  }

  @Test
  void instanceDiscriminationSimClrAndByol() throws IOException {
    Map<String, Tensor> state = state(n -> "module." + n.replace(".downsample.", ".shortcut."));
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("epoch", 200);
    root.put("state_dict", with(state, "module.linear.weight", "module.linear.bias"));
    root.put("target_state_dict", state(n -> "module." + n));
    root.put("memory_banks", Tensor.ones(7, 128));
    root.put("neigh", index(28).reshape(7, 4));
    Imported imported = read(archive(root), ImportOptions.NONE);
    assertThat(imported.entry()).isEqualTo("state_dict");
    assertThat(imported.leftOut()).containsExactly("linear.weight", "linear.bias");
  }

  private static String positional(String name, int first) {
    String renamed = name;
    for (int stage = 1; stage <= 4; stage++) {
      renamed = renamed.replace("layer" + stage + ".", (first + stage - 1) + ".");
    }
    return "f." + renamed.replaceFirst("^conv1\\.", "0.").replaceFirst("^bn1\\.", "1.");
  }

  @Test
  void mixedBarlowTwinsWithCounters() throws IOException {
    Map<String, Tensor> state = new LinkedHashMap<>();
    state.put("total_ops", Tensor.zeros(1).to(DType.FLOAT64));
    state.putAll(state(n -> positional(n, 3)));
    state.put("f.3.0.total_params", Tensor.zeros(1).to(DType.FLOAT64));
    Imported imported = read(archive(with(state, "g.0.weight", "g.3.weight")), ImportOptions.NONE);
    assertThat(imported.layout()).isEqualTo("mixed-barlow-twins");
    assertThat(imported.leftOut()).containsExactly("g.0.weight", "g.3.weight");
  }

  @Test
  void mixedBarlowTwinsWithAMaxPoolBehindTheStemIsNotTakenForOneWithout() throws IOException {
    encoder = made(CIFAR.replace("cifar", "stl"), 3);
    Path file = archive(state(n -> positional(n, 4)));
    assertThat(read(file, ImportOptions.NONE).encoder().info().texts().get("backbone"))
        .contains("stem: stl");
  }

  @Test
  void timmsTransformersInFullAndWithoutTheirClassifier() throws IOException {
    encoder = made("{name: vit, width: 128, depth: 3, patch: 8, image_size: 32}", 3);
    Path file = dir.resolve("vit.pth");
    WeightsFormats.write(WeightsFormats.named("pytorch"), vit(), file);
    assertThat(read(file, ImportOptions.NONE).encoder().info()).isEqualTo(vit().info());
    Imported told =
        read(archive(Map.of("model", with(state(n -> n), "head.weight"))), ImportOptions.NONE);
    assertThat(told.encoder().info().backbone()).isEqualTo(vit().info().backbone());
    assertThat(told.leftOut()).containsExactly("head.weight");
  }

  @Test
  void torchvisionsTransformersGiveTheSameFeatures() throws IOException {
    encoder = made("{name: vit, width: 128, depth: 3, patch: 8, image_size: 32}", 3);
    Map<String, Tensor> state = state(WeightsImportTest::torchvisionVit);
    Imported told =
        read(archive(with(state, "heads.head.weight", "heads.head.bias")), ImportOptions.NONE);
    assertThat(told.layout()).isEqualTo("torchvision-vit");
    assertThat(told.leftOut()).containsExactly("heads.head.weight", "heads.head.bias");
  }

  private Encoder vit() {
    EncoderInfo info =
        new EncoderInfo(
            ArchitectureText.parse("{name: vit, width: 128, depth: 3, patch: 8, image_size: 32}"),
            3,
            32,
            List.of(0.5),
            List.of(0.5),
            "twist",
            "abc",
            List.of(),
            "runs/vit");
    return new Encoder(encoder, info);
  }

  private static String torchvisionVit(String name) {
    return name.replace("cls_token", "class_token")
        .replace("patch_embed.proj.", "conv_proj.")
        .replace("pos_embed", "encoder.pos_embedding")
        .replaceAll("^norm\\.", "encoder.ln.")
        .replaceAll("^blocks\\.(\\d+)\\.", "encoder.layers.encoder_layer_$1.")
        .replace(".norm1.", ".ln_1.")
        .replace(".norm2.", ".ln_2.")
        .replace(".attn.qkv.", ".self_attention.in_proj_")
        .replace(".attn.proj.", ".self_attention.out_proj.")
        .replace(".mlp.fc1.", ".mlp.0.")
        .replace(".mlp.fc2.", ".mlp.3.");
  }

  @Test
  void mixedBarlowTwinsOnImageNetAndTheSotaProgram() throws IOException {
    Map<String, Tensor> model = state(n -> "module.backbone." + n);
    assertThat(
            read(
                    archive(Map.of("model", with(model, "module.projector.0.weight"))),
                    ImportOptions.NONE)
                .leftOut())
        .containsExactly("projector.0.weight");
    Imported sota =
        read(archive(with(state(n -> "model.module." + n), "head.0.weight")), ImportOptions.NONE);
    assertThat(sota.leftOut()).containsExactly("head.0.weight");
  }

  @ParameterizedTest
  @ValueSource(strings = {"encoder.", "encoder.module.", "module.encoder."})
  void selfConWithOptionsExitsAndOptimiser(String prefix) throws IOException {
    Map<String, Tensor> state = state(n -> prefix + n.replace(".downsample.", ".shortcut."));
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("opt", new TorchTestFile.Namespace(Map.of("temp", 0.1, "model", "resnet10")));
    root.put("model", with(state, prefix + "selfcon_layer.1.weight", "head.0.weight"));
    root.put(
        "optimizer",
        Map.of(
            "state",
            Map.of(0, Map.of("momentum_buffer", Tensor.ones(3))),
            "param_groups",
            List.of(Map.of("lr", 0.5, "params", List.of(0, 1)))));
    root.put("epoch", 1000);
    Imported imported = read(archive(root), ImportOptions.NONE);
    assertThat(imported.entry()).isEqualTo("model");
    assertThat(imported.leftOut())
        .containsExactlyInAnyOrder("selfcon_layer.1.weight", "head.0.weight");
  }

  @Test
  void corInfoMax() throws IOException {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("epoch", 10);
    root.put(
        "model_state_dict",
        with(state(n -> "backbone." + n), "projector.0.weight", "projector.0.bias"));
    root.put("loss", 1.5);
    assertThat(read(archive(root), ImportOptions.NONE).entry()).isEqualTo("model_state_dict");
  }

  @Test
  void twistStudentAndTeacher() throws IOException {
    Backbone other = made(CIFAR, 3);
    other.initialize(6);
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("model", other(other, "backbone."));
    root.put("backbone", other(other, ""));
    root.put("teacher", with(state(n -> "backbone." + n), "projection_heads.last_linear.weight"));
    root.put("teacher_backbone", state(n -> n));
    Path file = archive(root);
    for (String entry : List.of("teacher", "teacher_backbone")) {
      read(file, new ImportOptions(null, "twist", entry, false, null, null, null));
    }
    Imported student = WeightsImport.read(file, ImportOptions.NONE);
    assertThat(features(student.encoder().backbone(), 3)).isEqualTo(features(other, 3));
    assertThatThrownBy(
            () ->
                WeightsImport.read(
                    file, new ImportOptions(null, null, "ema", false, null, null, null)))
        .isInstanceOf(WeightsException.class)
        .hasMessage(
            file
                + ": has no entry 'ema' with tensors; it has [model, backbone, teacher,"
                + " teacher_backbone]");
  }

  private static Map<String, Tensor> other(Backbone backbone, String prefix) {
    Map<String, Tensor> state = new LinkedHashMap<>();
    backbone.state().forEach((name, tensor) -> state.put(prefix + name, tensor));
    return state;
  }

  @Test
  void moCoQueriesNotKeys() throws IOException {
    Map<String, Tensor> state = new LinkedHashMap<>();
    Backbone keys = made(CIFAR, 3);
    keys.initialize(7);
    state.putAll(other(keys, "module.encoder_k."));
    state.putAll(state(n -> "module.encoder_q." + n));
    state.put("module.queue", Tensor.ones(2, 2));
    read(
        archive(Map.of("state_dict", with(state, "module.encoder_q.fc.weight"))),
        ImportOptions.NONE);
  }

  @Test
  void anyPrefix() throws IOException {
    read(archive(Map.of("weights", state(n -> "a.b.trunk." + n))), ImportOptions.NONE);
  }

  @Test
  void detectronAndBack() throws IOException {
    Path file = dir.resolve("a.pkl");
    WeightsFormats.write(WeightsFormats.named("detectron2"), encoder(), file);
    assertThat(read(file, ImportOptions.NONE).layout()).isEqualTo("detectron2");
  }

  private Encoder encoder() {
    return new Encoder(
        encoder,
        new EncoderInfo(
            ArchitectureText.parse(CIFAR),
            3,
            32,
            List.of(0.4914, 0.4822, 0.4465),
            List.of(0.2),
            "simclr",
            "abc",
            List.of("T-shirt/top", "it's: \"odd\"", "null", "7"),
            "runs/first"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"safetensors", "pytorch"})
  void whatIsExportedComesBackWithEverythingThatIsKnown(String name) throws IOException {
    WeightsFormat format = WeightsFormats.named(name);
    Path file = dir.resolve("a" + format.extension());
    WeightsFormats.write(format, encoder(), file);
    assertThat(dir).isDirectoryNotContaining("glob:**.tmp");
    Imported imported = read(file, ImportOptions.NONE);
    assertThat(imported.encoder().info()).isEqualTo(encoder().info());
    imported
        .encoder()
        .backbone()
        .state()
        .forEach(
            (key, tensor) ->
                assertThat(tensor.toBytes()).as(key).isEqualTo(encoder.state().get(key).toBytes()));
    byte[] first = Files.readAllBytes(file);
    WeightsFormats.write(format, encoder(), file);
    assertThat(Files.readAllBytes(file)).isEqualTo(first);
  }

  @Test
  void aFileWithAnotherEndingIsRefusedAndNothingWritten() {
    Path file = dir.resolve("a.onnx");
    assertThatThrownBy(() -> WeightsFormats.write(WeightsFormats.named("pytorch"), encoder(), file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(file + ": a file of format pytorch must end in .pth");
    assertThatThrownBy(() -> WeightsFormats.named("safetensor"))
        .hasMessageStartingWith("unknown format 'safetensor' (one of: safetensors, ")
        .hasMessageEndingWith("did you mean 'safetensors'?");
    assertThat(dir).isEmptyDirectory();
  }

  @Test
  void wideBottlenecksAndDepthsAreTold() {
    for (String arch :
        List.of(
            "{name: resnet, depth: 8, stem: light}",
            "{name: resnet, depth: 14, width: 16, stem: cifar}",
            "resnet34",
            "resnet50",
            "{name: resnet, depth: 101, width: 8}")) {
      Choice choice = ArchitectureText.parse(arch);
      Backbone backbone = Backbones.create(choice, 3);
      assertThat(Architectures.of(io.diptych.nn.States.shapes(backbone.state()), false))
          .as(arch)
          .contains(choice);
    }
  }

  @Test
  void greyImagesNeedTheirStatistics() throws IOException {
    encoder = made(CIFAR, 1);
    Path file = archive(state(n -> n));
    assertThatThrownBy(() -> WeightsImport.read(file, ImportOptions.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            file
                + ": takes images of one channel; give --mean and --std, by which they were"
                + " normalised");
    Imported imported =
        WeightsImport.read(
            file, new ImportOptions(null, null, null, false, List.of(0.3), List.of(0.4), 28));
    assertThat(features(imported.encoder().backbone(), 1)).isEqualTo(features(encoder, 1));
    assertThat(imported.encoder().info().channels()).isEqualTo(1);
    assertThat(imported.encoder().info().imageSize()).isEqualTo(28);
  }

  @Test
  void whatDoesNotFitIsListedAndTakenInPartOnlyWhenAsked() throws IOException {
    Map<String, Tensor> state = state(n -> n);
    state.remove("layer4.0.bn2.weight");
    state.put("layer1.0.bn1.bias", Tensor.ones(9));
    state.put("layer9.0.odd", Tensor.ones(1));
    Path file = archive(Map.of("model", state));
    assertThatThrownBy(() -> WeightsImport.read(file, ImportOptions.NONE))
        .isInstanceOf(WeightsException.class)
        .hasMessage(
            file
                + ": entry 'model' does not fit: layer1.0.bn1.bias is [9], expected [8]; missing"
                + " layer4.0.bn2.weight [64]; unexpected layer9.0.odd; --partial takes what fits");
    Imported imported =
        WeightsImport.read(file, new ImportOptions(null, null, null, true, null, null, null));
    assertThat(imported.missing()).hasSize(3);
    Map<String, Tensor> got = imported.encoder().backbone().state();
    assertThat(got.get("conv1.weight").toBytes())
        .isEqualTo(encoder.state().get("conv1.weight").toBytes());
    assertThat(got.get("layer4.0.bn2.weight").toFloatArray()).containsOnly(1f);
  }

  @Test
  void filesBeforeBatchesWereCountedAreRead() throws IOException {
    Map<String, Tensor> state = state(n -> n);
    state.keySet().removeIf(name -> name.endsWith("num_batches_tracked"));
    read(archive(state), ImportOptions.NONE);
  }

  @Test
  void anArchitectureThatIsGivenHolds() throws IOException {
    Path file = archive(state(n -> n));
    read(file, new ImportOptions(CIFAR, null, null, false, null, null, null));
    assertThatThrownBy(
            () ->
                WeightsImport.read(
                    file, new ImportOptions("resnet10", null, null, false, null, null, null)))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("conv1.weight is [8, 3, 3, 3], expected [64, 3, 7, 7]")
        .hasMessageContaining(" and ");
  }

  @ParameterizedTest
  @CsvSource({
    "resnet11, 'depth'",
    "resnext50, 'resnext'",
    "'{name: resnet, dept: 18}', 'dept'",
  })
  void wrongArchitecturesAreNamed(String arch, String message) throws IOException {
    Path file = archive(state(n -> n));
    assertThatThrownBy(
            () ->
                WeightsImport.read(
                    file, new ImportOptions(arch, null, null, false, null, null, null)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--arch")
        .hasMessageContaining(message);
  }

  @Test
  void aFileWithoutAnEncoderSaysWhatItHolds() throws IOException {
    Path file = archive(Map.of("classifier", Map.of("weight", Tensor.ones(2, 2))));
    assertThatThrownBy(() -> WeightsImport.read(file, ImportOptions.NONE))
        .isInstanceOf(WeightsException.class)
        .hasMessage(
            file
                + ": holds no encoder that is known here: 'classifier' of 1 tensors, weight;"
                + " --layout says how they are named, --arch what they belong to");
    assertThatThrownBy(
            () ->
                WeightsImport.read(
                    file, new ImportOptions(null, "twits", null, false, null, null, null)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("unknown layout 'twits'")
        .hasMessageContaining("did you mean 'twist'?");
  }

  @Test
  void torchvisionsTransformersGetTimmsNames() {
    assertThat(
            TorchvisionVit.names(
                List.of(
                    "class_token",
                    "conv_proj.weight",
                    "encoder.pos_embedding",
                    "encoder.layers.encoder_layer_11.ln_1.weight",
                    "encoder.layers.encoder_layer_0.self_attention.in_proj_weight",
                    "encoder.layers.encoder_layer_0.self_attention.in_proj_bias",
                    "encoder.layers.encoder_layer_0.self_attention.out_proj.bias",
                    "encoder.layers.encoder_layer_0.mlp.linear_1.weight",
                    "encoder.layers.encoder_layer_0.mlp.3.bias",
                    "encoder.ln.bias")))
        .containsValues(
            "cls_token",
            "patch_embed.proj.weight",
            "pos_embed",
            "blocks.11.norm1.weight",
            "blocks.0.attn.qkv.weight",
            "blocks.0.attn.qkv.bias",
            "blocks.0.attn.proj.bias",
            "blocks.0.mlp.fc1.weight",
            "blocks.0.mlp.fc2.bias",
            "norm.bias");
  }
}
