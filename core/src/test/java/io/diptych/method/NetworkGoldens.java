package io.diptych.method;

import static org.assertj.core.api.Assertions.assertThat;

import io.diptych.Golden;
import io.diptych.backbone.Backbone;
import io.diptych.backbone.Backbones;
import io.diptych.golden.SplitMixFill;
import io.diptych.nn.Layer;
import io.diptych.nn.Linear;
import io.diptych.nn.Module;
import io.diptych.option.Choice;
import io.diptych.option.Options;
import io.diptych.tensor.DType;
import io.diptych.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;

/**
 * The networks of {@code insdis-simclr-byol.md} against recorded ones: names, values, gradients.
 */
public final class NetworkGoldens {
  private static final String HEAD = "projector";

  private NetworkGoldens() {}

  /** A network of theirs: which backbone it is, and what its entries are called there. */
  private record Network(
      String family, Map<String, Object> options, String head, UnaryOperator<String> names) {
    Network(String family, Map<String, Object> options, String head) {
      this(family, options, head, name -> name);
    }

    Backbone backbone() {
      Class<? extends Record> type = Backbones.FAMILY.members().get(family);
      return Backbones.create(new Choice(family, Options.defaults(type, options)), 3);
    }

    String theirs(String name) {
      return name.startsWith(HEAD + ".")
          ? head + name.substring(HEAD.length())
          : names.apply(name.substring(Method.ENCODER.length() + 1));
    }
  }

  private static Network network(String name) {
    if (name.matches("resnet\\d+_cifar(_sup)?")) {
      return new Network(
          "resnet",
          Map.of("depth", depth(name), "stem", "cifar"),
          name.endsWith("_sup") ? "fc" : "linear",
          entry -> entry.replace(".downsample.", ".shortcut."));
    } else if (name.matches("resnet\\d+")) {
      return new Network("resnet", Map.of("depth", depth(name)), "fc");
    } else if (name.startsWith("pre-resnet")) {
      return new Network("pre-resnet", Map.of("depth", depth(name)), "linear");
    }
    return switch (name) {
      case "wide_resnet28" ->
          new Network(
              "wide-resnet",
              Map.of("depth", 28, "widen", 2),
              "linear",
              entry ->
                  entry
                      .replaceFirst("^layer(\\d)\\.", "block$1.layer.")
                      .replace(".shortcut.0.", ".convShortcut."));
      case "alexnet" -> new Network("alexnet", Map.of(), "_feature_blocks.8.1");
      case "alexnet_cifar" ->
          new Network("alexnet", Map.of("stem", "cifar"), "_feature_blocks.8.1");
      case "shufflenet" -> new Network("shufflenet", Map.of(), "fc");
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static int depth(String name) {
    return Integer.parseInt(name.replaceAll("\\D", ""));
  }

  private static Method method(Golden golden, Backbone backbone) {
    JsonNode params = golden.root().required("params");
    boolean mlp = params.path("non_linear_head").asBoolean(false);
    int output = params.path("n_cls").asInt(params.path("low_dim").asInt(128));
    Map<String, Object> projector =
        Map.of(
            "head", mlp ? "mlp" : "linear",
            "output", params.path("num_classes").asInt(output),
            "batch_norm", params.path("mlpbn").asBoolean(true),
            "affine", params.path("bnaffine").asBoolean(true));
    return Options.defaults(InstanceDiscrimination.Settings.class, Map.of("projector", projector))
        .create(backbone, new MethodContext(1, 0, 0));
  }

  /** Names, shapes and their order. */
  public static void names(Golden golden) {
    String name = golden.parameter("network").asString();
    if (name.equals("byol_predictor")) {
      Module predictor = predictor(golden);
      check(golden, predictor.state(), predictor.parameters(), entry -> entry);
    } else if (name.equals("linear_resnet_l6")) {
      boolean bottleneck = golden.root().path("params").path("bottleneck").asBoolean(true);
      Backbone backbone = network(bottleneck ? "resnet50" : "resnet18").backbone();
      Linear linear = new Linear(backbone.width(), golden.parameter("n_label").asInt(), true);
      // The name is misspelt in files of the reference.
      check(
          golden,
          linear.state(),
          linear.parameters(),
          entry -> "classifier.LiniearClassifier." + entry);
    } else {
      Network network = network(name);
      Module module = method(golden, network.backbone()).network();
      check(golden, module.state(), module.parameters(), network::theirs);
    }
  }

  private static Module predictor(Golden golden) {
    Map<String, Object> norms =
        Map.of(
            "predictor", golden.parameter("prebn").asInt() == 1,
            "affine", golden.parameter("bnaffine").asInt() == 1);
    return Options.defaults(Byol.Settings.class, Map.of("head_norm", norms))
        .create(new RowEncoder(1), new MethodContext(1, 0, 0))
        .network()
        .children()
        .get("predictor");
  }

  private static void check(
      Golden golden,
      Map<String, Tensor> state,
      Map<String, Tensor> parameters,
      UnaryOperator<String> theirs) {
    List<String> expected = new ArrayList<>();
    golden
        .expected("state_dict")
        .forEach(entry -> expected.add(entry.get(0).asString() + " " + entry.get(1)));
    List<String> actual = new ArrayList<>();
    state.forEach(
        (name, tensor) ->
            actual.add(theirs.apply(name) + " " + tensor.shape().toString().replace(" ", "")));
    assertThat(actual).containsExactlyElementsOf(expected);
    List<String> names = new ArrayList<>();
    golden.expected("parameter_names").forEach(name -> names.add(name.asString()));
    assertThat(parameters.keySet().stream().map(theirs)).containsExactlyElementsOf(names);
    assertThat(names).hasSize(golden.expected("n_parameters_tensors").asInt());
    assertThat(parameters.values().stream().mapToLong(Tensor::numel).sum())
        .isEqualTo(golden.expected("parameter_count").asLong());
  }

  /** Inner maps and outputs in evaluation; outputs, gradients and statistics in training. */
  public static void values(Golden golden) {
    Network network = network(golden.parameter("network").asString());
    Method method = method(golden, network.backbone());
    Module module = method.network();
    module.to(DType.FLOAT64);
    SplitMixFill.fill(golden.parameter("fill_seed").asLong(), module.state());
    long[] shape = new long[4];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = golden.parameter("input_shape").get(i).asLong();
    }
    Tensor images = SplitMixFill.input(golden.parameter("input_seed").asLong(), shape);
    Map<String, Tensor> values = new LinkedHashMap<>();
    module.train(false);
    Backbone encoder = method.encoder();
    Layer head = (Layer) module.children().get(HEAD);
    List<Tensor> maps = encoder.featureMaps(images);
    for (int layer = 1; layer <= maps.size(); layer++) {
      values.put("eval.layer" + layer, maps.get(layer - 1));
    }
    values.put("eval.layer6", encoder.forward(images));
    values.put("eval.output", head.forward(encoder.forward(images)));
    module.train(true);
    Tensor leaf = images.requiresGrad_(true);
    Tensor output = head.forward(encoder.forward(leaf));
    output.square().sum().backward();
    values.put("train.output", output);
    values.put("grad.input", leaf.grad());
    module.state().forEach((name, t) -> values.put("train." + network.theirs(name), t));
    module.parameters().forEach((name, p) -> values.put("grad." + network.theirs(name), p.grad()));
    golden
        .root()
        .required("expected")
        .properties()
        .forEach(
            entry -> {
              String key = entry.getKey();
              assertThat(values).containsKey(key);
              if (entry.getValue().has("first8")) {
                SplitMixFill.checkSummary(golden, key, values.get(key));
              } else {
                golden.checkEach(key, values.get(key));
              }
            });
  }
}
