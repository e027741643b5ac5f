package io.diptych.backbone;

import static org.assertj.core.api.Assertions.assertThat;

import io.diptych.Golden;
import io.diptych.golden.TwistFill;
import io.diptych.option.Choice;
import io.diptych.option.Options;
import io.diptych.tensor.Autograd;
import io.diptych.tensor.DType;
import io.diptych.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** The backbones of {@code twist.md} against recorded ones. */
public final class TwistBackboneGoldens {
  private static final Pattern RESNET = Pattern.compile("resnet(\\d+)(?:w(\\d+))?");
  private static final Map<String, Integer> WIDTHS =
      Map.of("vit_t", 192, "vit_s", 384, "vit_b", 768);

  private TwistBackboneGoldens() {}

  /** Returns the backbone of a name of theirs; the patch is of transformers. */
  public static Backbone named(String name, JsonNode patch) {
    Matcher resNet = RESNET.matcher(name);
    if (resNet.matches()) {
      int factor = resNet.group(2) == null ? 1 : Integer.parseInt(resNet.group(2));
      Map<String, Object> options =
          Map.of("depth", Integer.parseInt(resNet.group(1)), "width", 64 * factor);
      return create("resnet", Options.defaults(ResNet.Settings.class, options));
    }
    Map<String, Object> options = Map.of("width", WIDTHS.get(name), "patch", patch.asInt());
    return create("vit", Options.defaults(VisionTransformer.Settings.class, options));
  }

  /** Returns the transformer of the numbers of a case. */
  public static Backbone transformer(JsonNode numbers) {
    JsonNode size = numbers.required("img_size");
    Map<String, Object> options =
        Map.of(
            "width", numbers.required("embed_dim").asInt(),
            "depth", numbers.required("depth").asInt(),
            "heads", numbers.required("num_heads").asInt(),
            "mlp_ratio", numbers.required("mlp_ratio").asDouble(),
            "patch", numbers.required("patch_size").asInt(),
            "image_size", size.isArray() ? size.get(0).asInt() : size.asInt());
    return create("vit", Options.defaults(VisionTransformer.Settings.class, options));
  }

  private static Backbone create(String name, Record options) {
    return Backbones.create(new Choice(name, options), 3);
  }

  public static void ofFullSize(Golden golden) {
    Backbone backbone =
        named(golden.parameter("backbone").asString(), golden.parameter("patch_size"));
    List<String> names = new ArrayList<>();
    golden.rawInput("keys_in_order").forEach(name -> names.add(name.asString()));
    assertThat(backbone.state().keySet()).containsExactlyElementsOf(names);
    backbone.to(DType.FLOAT64);
    try (Autograd.Guard guard = Autograd.noGrad()) {
      TwistFill.fill(golden, backbone.state());
      Tensor images =
          TwistFill.images(
              golden.parameter("fill_seed").asLong(),
              TwistFill.shape(golden.parameter("input_shape")));
      backbone.train(false);
      check(golden, "eval_output", backbone.forward(images));
      backbone.train(true);
      check(golden, "train_output", backbone.forward(images));
    }
    if (golden.expects("running_after_train")) {
      golden
          .expected("running_after_train")
          .properties()
          .forEach(
              entry ->
                  TwistFill.checkDigest(
                      golden,
                      entry.getKey(),
                      entry.getValue(),
                      backbone.state().get(entry.getKey())));
    }
  }

  private static void check(Golden golden, String what, Tensor actual) {
    TwistFill.checkDigest(golden, what, golden.expected(what), actual);
  }

  public static void sizes(Golden golden) {
    golden
        .root()
        .required("expected")
        .properties()
        .forEach(
            entry -> {
              Backbone backbone = named(entry.getKey(), golden.root().path("params"));
              Map<String, Tensor> state = backbone.state();
              long parameters =
                  backbone.parameters().values().stream().mapToLong(Tensor::numel).sum();
              state.values().forEach(Tensor::close);
              JsonNode expected = entry.getValue();
              assertThat(parameters)
                  .as(entry.getKey())
                  .isEqualTo(expected.required("params_backbone_without_fc").asLong());
              assertThat(backbone.width()).isEqualTo(expected.required("feature_dim").asInt());
              assertThat(state).hasSize(expected.required("num_tensors_without_fc").asInt());
            });
  }

  public static void positions(Golden golden) {
    Tensor learnt = golden.input("pos_embed");
    for (JsonNode size : golden.parameter("image_sizes_hw")) {
      long height = size.get(0).asLong();
      long width = size.get(1).asLong();
      golden.checkEach(
          height + "x" + width,
          VisionTransformer.positions(
              learnt, height, width, golden.parameter("patch_size").asLong()));
    }
  }

  public static void ofSmallTransformers(Golden golden) {
    VisionTransformer vit = (VisionTransformer) transformer(golden.root().required("params"));
    vit.to(DType.FLOAT64);
    Map<String, Tensor> state = new LinkedHashMap<>();
    golden
        .rawInput("state_dict")
        .properties()
        .forEach(entry -> state.put(entry.getKey(), Golden.tensor(entry.getValue())));
    assertThat(vit.state().keySet()).containsExactlyElementsOf(state.keySet());
    vit.load(state);
    vit.train(false);
    int last = golden.parameter("n_last_blocks").asInt();
    Tensor output = null;
    int sizes = golden.parameter("image_sizes_hw").size();
    for (int i = 0; i < sizes; i++) {
      Tensor images = golden.input("image" + i);
      output = vit.forward(images);
      golden.checkEach("cls" + i, output);
      golden.checkEach(
          "pos_embed_interpolated" + i,
          VisionTransformer.positions(
              vit.state().get("pos_embed"),
              images.size(2),
              images.size(3),
              golden.parameter("patch_size").asLong()));
      List<Tensor> tokens = vit.lastBlocks(images, last);
      JsonNode expected = golden.expected("last_blocks_cls" + i);
      assertThat(tokens).hasSize(expected.size());
      for (int block = 0; block < last; block++) {
        near(golden, expected.get(block), tokens.get(block).select(1, 0));
      }
      Tensor patches = tokens.get(last - 1).narrow(1, 1, tokens.get(0).size(1) - 1);
      golden.checkEach("avgpool_patch_tokens" + i, patches.mean(1));
      Tensor attention = vit.attention(images);
      golden.checkEach("last_attention" + i, attention.select(0, 0).select(1, 0));
    }
    output.mul(golden.input("grad_weight")).sum().backward();
    golden
        .expected("grad_last_image")
        .properties()
        .forEach(
            entry -> near(golden, entry.getValue(), vit.parameters().get(entry.getKey()).grad()));
  }

  private static void near(Golden golden, JsonNode expected, Tensor actual) {
    Tensor wanted = Golden.tensor(expected);
    assertThat(actual.shape()).isEqualTo(wanted.shape());
    double[] values = actual.toDoubleArray();
    double[] numbers = wanted.toDoubleArray();
    for (int i = 0; i < numbers.length; i++) {
      TwistFill.check(golden, "value " + i, numbers[i], values[i]);
    }
  }
}
