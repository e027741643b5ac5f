package io.diptych.weights;

import static org.assertj.core.api.Assertions.assertThat;

import io.diptych.Golden;
import io.diptych.backbone.Backbone;
import io.diptych.backbone.Backbones;
import io.diptych.option.Choice;
import io.diptych.pickle.NumpyArray;
import io.diptych.tensor.Shape;
import io.diptych.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import tools.jackson.databind.JsonNode;

/** The recorded files, read, and the recorded maps of names. */
public final class WeightsGoldens {
  private WeightsGoldens() {}

  private interface Check {
    void run(Path file) throws IOException;
  }

  /** Small models of Mixed Barlow Twins in both formats, with counters. */
  public static void files(Golden golden) {
    withFile(
        golden.rawInput("file_base64"),
        file -> {
          try (WeightsFile opened = WeightsFile.open(file)) {
            Map<String, StoredTensor> tensors =
                WeightsImport.stripped(file, opened.dictionaries().get(""));
            checkAll(golden, golden.expected("tensors"), tensors);
          }
        });
  }

  /** Checkpoints of SelfCon: options, names after the rule of import, optimiser. */
  public static void selfConCheckpoints(Golden golden) {
    withFile(
        golden.rawInput("file_base64"),
        file -> {
          try (TorchFile torch = TorchFile.open(file);
              WeightsFile opened = WeightsFile.open(file)) {
            Map<?, ?> root = (Map<?, ?>) torch.root();
            List<String> keys = new ArrayList<>();
            golden.parameter("top_level_keys").forEach(key -> keys.add(key.asString()));
            assertThat(List.copyOf(root.keySet())).isEqualTo(keys);
            assertThat(((Number) root.get("epoch")).intValue())
                .isEqualTo(golden.expected("epoch").asInt());
            Map<?, ?> opt = (Map<?, ?>) root.get("opt");
            assertThat(opt.get("learning_rate"))
                .isEqualTo(golden.expected("opt_learning_rate").asDouble());
            assertThat(opt.get("temp")).isEqualTo(golden.expected("opt_temp").asDouble());
            Map<?, ?> optimizer = (Map<?, ?>) root.get("optimizer");
            Map<?, ?> group = (Map<?, ?>) ((List<?>) optimizer.get("param_groups")).get(0);
            assertThat(group.get("momentum"))
                .isEqualTo(golden.expected("optimizer_momentum").asDouble());
            assertThat(group.get("lr")).isEqualTo(golden.expected("optimizer_lr").asDouble());
            Map<?, ?> first = (Map<?, ?>) ((Map<?, ?>) optimizer.get("state")).get(0);
            check(
                golden,
                "momentum_buffer",
                golden.expected("optimizer_momentum_buffer_of_parameter_0"),
                (StoredTensor) first.get("momentum_buffer"));

            // Theirs is called shortcut where ours is called downsample.
            Map<String, JsonNode> expected = new LinkedHashMap<>();
            golden
                .expected("model_after_key_normalisation")
                .properties()
                .forEach(
                    entry ->
                        expected.put(
                            entry.getKey().replace(".shortcut.", ".downsample."),
                            entry.getValue()));
            Map<String, StoredTensor> model =
                WeightsImport.stripped(file, opened.dictionaries().get("model"));
            Layout plain = Layout.ALL.get(0);
            Map<String, String> ours = plain.naming().of(model.keySet());
            assertThat(List.copyOf(ours.values())).isEqualTo(List.copyOf(expected.keySet()));
            ours.forEach(
                (theirs, name) -> check(golden, name, expected.get(name), model.get(theirs)));
          }
        });
  }

  /** Checkpoints of TWIST in both formats, whole and of the backbone alone. */
  public static void twistCheckpoints(Golden golden) {
    withFile(
        golden.rawInput("full_checkpoint_base64"),
        file -> {
          try (TorchFile torch = TorchFile.open(file);
              WeightsFile opened = WeightsFile.open(file)) {
            Map<?, ?> root = (Map<?, ?>) torch.root();
            List<String> keys = texts(golden.expected("top_level_keys"));
            assertThat(List.copyOf(root.keySet())).isEqualTo(keys);
            assertThat(((Number) root.get("epoch")).intValue())
                .isEqualTo(golden.expected("epoch").asInt());
            checkAll(golden, golden.expected("model"), opened.dictionaries().get("model"));
            assertThat(List.copyOf(opened.dictionaries().get("backbone").keySet()))
                .isEqualTo(texts(golden.expected("backbone_keys")));
            Map<?, ?> args = (Map<?, ?>) root.get("args");
            golden
                .expected("args_subset")
                .properties()
                .forEach(entry -> checkValue(entry.getKey(), entry.getValue(), args));
            Map<?, ?> scaler = (Map<?, ?>) root.get("scaler");
            golden
                .expected("scaler")
                .properties()
                .forEach(entry -> checkValue(entry.getKey(), entry.getValue(), scaler));
            Map<?, ?> optimizer = (Map<?, ?>) root.get("optimizer");
            JsonNode sizes = golden.expected("optimizer_param_group_sizes");
            List<?> groups = (List<?>) optimizer.get("param_groups");
            assertThat(groups).hasSize(sizes.size());
            for (int i = 0; i < sizes.size(); i++) {
              assertThat((List<?>) ((Map<?, ?>) groups.get(i)).get("params"))
                  .hasSize(sizes.get(i).asInt());
            }
            Map<?, ?> state = (Map<?, ?>) ((Map<?, ?>) optimizer.get("state")).get(0);
            check(
                golden,
                "exp_avg",
                golden.expected("optimizer_exp_avg_0"),
                (StoredTensor) state.get("exp_avg"));
            assertThat(number(state.get("step")))
                .isEqualTo(golden.expected("optimizer_step_0").asDouble());
          }
        });
    withFile(
        golden.rawInput("backbone_only_base64"),
        file -> {
          try (WeightsFile opened = WeightsFile.open(file)) {
            Map<String, StoredTensor> backbone = opened.dictionaries().get("");
            assertThat(List.copyOf(backbone.keySet()))
                .isEqualTo(texts(golden.expected("backbone_keys")));
            backbone.forEach(
                (name, tensor) ->
                    check(
                        golden,
                        name,
                        golden.expected("model").required("backbone." + name),
                        tensor));
          }
        });
  }

  /** Detectron2's names, in both directions. */
  public static void detectronNames(Golden golden) {
    golden.expected("map").forEach(WeightsGoldens::checkNames);
  }

  /** A whole ResNet-50 for Detectron2, or a sample of its format. */
  public static void detectronFiles(Golden golden) {
    if (golden.hasInput("pickle_base64")) {
      withFile(
          golden.rawInput("pickle_base64"),
          file -> {
            try (WeightsFile opened = WeightsFile.open(file)) {
              checkAll(golden, golden.expected("model"), opened.dictionaries().get("model"));
            }
          });
      return;
    }
    golden.expected("key_map").forEach(WeightsGoldens::checkNames);
    Choice choice = ArchitectureText.parse(golden.parameter("backbone").asString());
    Backbone backbone = Backbones.create(choice, 3);
    fill(golden, backbone.state());
    EncoderInfo info =
        new EncoderInfo(
            choice, 3, 224, List.of(0.485), List.of(0.229), "twist", "", List.of(), "golden");
    JsonNode top = golden.expected("top_level");
    String author = top.required("__author__").asString();
    withFile(
        null,
        file -> {
          new DetectronFormat(author).write(file, new Encoder(backbone, info));
          Map<?, ?> root = (Map<?, ?>) DetectronFile.read(file);
          assertThat(List.copyOf(root.keySet())).isEqualTo(texts(top.required("order")));
          assertThat(root.get("__author__")).isEqualTo(author);
          assertThat(root.get("matching_heuristics"))
              .isEqualTo(top.required("matching_heuristics").asBoolean());
          assertThat(Files.readAllBytes(file)[1])
              .isEqualTo((byte) golden.expected("pickle_protocol").asInt());
          Map<?, ?> model = (Map<?, ?>) root.get("model");
          JsonNode shapes = golden.expected("shapes");
          assertThat(model.keySet()).hasSize(shapes.size());
          List<String> types = new ArrayList<>();
          shapes
              .properties()
              .forEach(
                  entry -> {
                    NumpyArray array = (NumpyArray) model.get(entry.getKey());
                    List<Integer> sizes = new ArrayList<>();
                    entry.getValue().forEach(size -> sizes.add(size.asInt()));
                    assertThat(array.shape()).as(entry.getKey()).isEqualTo(sizes);
                    String type = array.type().equals("f4") ? "float32" : "int64";
                    if (!types.contains(type)) {
                      types.add(type);
                    }
                  });
          assertThat(types).isEqualTo(texts(golden.expected("dtypes")));
          for (Map.Entry<String, JsonNode> entry : golden.expected("samples").properties()) {
            NumpyArray array = (NumpyArray) model.get(entry.getKey());
            double[] got = new ArrayTensor(file, array).read().toDoubleArray();
            for (int i = 0; i < entry.getValue().size(); i++) {
              assertClose(golden, entry.getKey(), got[i], entry.getValue().get(i));
            }
          }
        });
  }

  private static void checkNames(JsonNode pair) {
    String ours = pair.get(0).asString();
    String theirs = pair.get(1).asString();
    assertThat(DetectronNames.of(ours)).isEqualTo(theirs);
    assertThat(DetectronNames.toTorchvision(theirs)).isEqualTo(ours);
  }

  /** The fill rule of the case, for a ResNet. */
  private static void fill(Golden golden, Map<String, Tensor> state) {
    long seed = golden.parameter("fill_seed").asLong() * 1000003;
    double gain = golden.parameter("gain").asDouble();
    int k = 0;
    for (Map.Entry<String, Tensor> entry : state.entrySet()) {
      String name = entry.getKey();
      Tensor target = entry.getValue().detach();
      int count = (int) target.numel();
      double bound =
          target.rank() < 2 ? 0 : Math.sqrt(3 * gain / (count / (double) target.size(0)));
      double[] values = new double[count];
      for (int j = 0; j < count; j++) {
        long z = seed + k + (j + 1) * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        double u = ((z ^ (z >>> 31)) >>> 11) * 0x1p-53;
        if (name.endsWith("num_batches_tracked")) {
          values[j] = 0;
        } else if (name.endsWith("running_var")) {
          values[j] = 0.5 + u;
        } else if (name.endsWith("running_mean")) {
          values[j] = 0.2 * (u - 0.5);
        } else if (target.rank() >= 2) {
          values[j] = (2 * u - 1) * bound;
        } else {
          values[j] = name.endsWith("bias") ? 0.2 * (u - 0.5) : 0.5 + u;
        }
      }
      try (Tensor filled = Tensor.of(values, target.shape().sizes())) {
        target.copy_(filled);
      }
      k++;
    }
  }

  private static void withFile(JsonNode base64, Check check) {
    try {
      Path file = Files.createTempFile("golden", ".pth");
      try {
        if (base64 != null) {
          Files.write(file, Base64.getDecoder().decode(base64.asString()));
        }
        check.run(file);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(text -> texts.add(text.asString()));
    return texts;
  }

  private static double number(Object value) {
    try {
      return value instanceof StoredTensor tensor
          ? tensor.read().item()
          : ((Number) value).doubleValue();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void checkValue(String key, JsonNode expected, Map<?, ?> found) {
    Object value = found.get(key);
    if (expected.isArray()) {
      Object[] items = value instanceof List<?> list ? list.toArray() : (Object[]) value;
      assertThat(items).as(key).hasSize(expected.size());
      for (int i = 0; i < items.length; i++) {
        assertThat(number(items[i])).as(key).isEqualTo(expected.get(i).asDouble());
      }
    } else if (expected.isNumber()) {
      assertThat(number(value)).as(key).isEqualTo(expected.asDouble());
    } else {
      assertThat(value).as(key).isEqualTo(expected.asString());
    }
  }

  private static void checkAll(Golden golden, JsonNode expected, Map<String, StoredTensor> found) {
    List<String> names = new ArrayList<>();
    expected.properties().forEach(entry -> names.add(entry.getKey()));
    assertThat(List.copyOf(found.keySet())).containsExactlyInAnyOrderElementsOf(names);
    expected
        .properties()
        .forEach(
            entry -> check(golden, entry.getKey(), entry.getValue(), found.get(entry.getKey())));
  }

  private static void check(Golden golden, String name, JsonNode expected, StoredTensor found) {
    long[] shape =
        LongStream.range(0, expected.required("shape").size())
            .map(i -> expected.required("shape").get((int) i).asLong())
            .toArray();
    assertThat(found.shape()).as(name).isEqualTo(Shape.of(shape));
    JsonNode type = expected.get("dtype");
    if (type != null) {
      assertThat(TorchType.of(found.dtype()).dtypeName()).as(name).isEqualTo(type.asString());
    }
    try (Tensor values = found.read()) {
      double[] got = values.toDoubleArray();
      JsonNode data = expected.required("data");
      assertThat(got).as(name).hasSize(data.size());
      for (int i = 0; i < got.length; i++) {
        assertClose(golden, name, got[i], data.get(i));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void assertClose(Golden golden, String name, double got, JsonNode expected) {
    double tolerance = golden.root().required("tolerance").asDouble();
    double value = expected.asDouble();
    assertThat(Math.abs(got - value))
        .as("%s %s: %s, expected %s", golden, name, got, value)
        .isLessThanOrEqualTo(tolerance * Math.max(1, Math.abs(value)));
  }
}
