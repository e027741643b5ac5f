package io.diptych.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.diptych.Golden;
import io.diptych.backbone.Backbone;
import io.diptych.backbone.Backbones;
import io.diptych.backbone.ResNet;
import io.diptych.golden.ModuloFill;
import io.diptych.nn.Layer;
import io.diptych.nn.Linear;
import io.diptych.nn.Module;
import io.diptych.option.Choice;
import io.diptych.option.Options;
import io.diptych.tensor.Autograd;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Tensor;
import io.diptych.view.Batch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * The networks of {@code mixed-barlow-twins.md}, those of the methods it compares with among them,
 * against recorded ones: names, values, one step of training.
 */
public final class MixBtNetworkGoldens {
  private static final Pattern POSITION = Pattern.compile("t=(\\d+)");

  private MixBtNetworkGoldens() {}

  private static String dataset(Golden golden) {
    return golden.root().path("params").path("dataset").asString("imagenet");
  }

  private static Backbone resNet(Golden golden) {
    String dataset = dataset(golden);
    String stem =
        dataset.equals("imagenet") ? "imagenet" : dataset.startsWith("cifar") ? "cifar" : "stl";
    int depth = Integer.parseInt(golden.parameter("arch").asString().replace("resnet", ""));
    Map<String, Object> options = Map.of("depth", depth, "stem", stem);
    return Backbones.create(
        new Choice("resnet", Options.defaults(ResNet.Settings.class, options)), 3);
  }

  private static BarlowTwins.Projector projector(Golden golden) {
    JsonNode params = golden.root().required("params");
    if (!params.has("projector")) {
      return new BarlowTwins.Projector(List.of(512, params.required("feature_dim").asInt()), true);
    }
    List<Integer> widths =
        Stream.of(params.required("projector").asString().split("-"))
            .map(Integer::valueOf)
            .toList();
    return new BarlowTwins.Projector(widths, false);
  }

  /**
   * Returns the names of theirs. Those of the small networks number what we name: f.0 is conv1, f.1
   * is bn1, f.3 is layer1, or f.4 behind a max-pool.
   */
  private static UnaryOperator<String> theirs(Golden golden) {
    if (dataset(golden).equals("imagenet")) {
      return name -> name.replaceFirst("^encoder\\.", "backbone.");
    }
    int shift = dataset(golden).startsWith("cifar") ? 2 : 3;
    return name -> {
      String[] parts = name.replaceFirst("^encoder\\.", "").split("\\.", 2);
      if (!name.startsWith("encoder.")) {
        return name.replaceFirst("^projector\\.", "g.");
      }
      int number =
          switch (parts[0]) {
            case "conv1" -> 0;
            case "bn1" -> 1;
            default -> shift + Integer.parseInt(parts[0].replace("layer", ""));
          };
      return "f." + number + "." + parts[1];
    };
  }

  /** Names, shapes, types and counts. */
  public static void names(Golden golden) {
    Backbone encoder = resNet(golden);
    Map<String, Tensor> state = new LinkedHashMap<>();
    Map<String, Tensor> trained = new LinkedHashMap<>();
    if (golden.root().path("params").has("num_classes")) {
      Linear linear = new Linear(encoder.width(), golden.parameter("num_classes").asInt(), true);
      encoder.state().forEach((name, tensor) -> state.put("encoder." + name, tensor));
      linear.state().forEach((name, tensor) -> state.put("fc." + name, tensor));
      encoder.requiresGrad(false);
      trained.putAll(linear.parameters());
    } else {
      Module network =
          new BarlowTwins(new BarlowTwins.Settings(1, true, projector(golden)), encoder).network();
      state.putAll(network.state());
      trained.putAll(network.parameters());
    }
    check(golden, state, trained, theirs(golden));
  }

  /** Those of W-MSE, SimCLR and BYOL. */
  public static void namesOfOtherMethods(Golden golden) {
    Backbone encoder = resNet(golden);
    Method method = other(golden, encoder);
    Map<String, Tensor> state = new LinkedHashMap<>(method.network().state());
    method
        .state()
        .forEach(
            (name, tensor) -> {
              if (name.startsWith("target.")) {
                state.put(name, tensor);
              }
            });
    // SimCLR's last norm is part of our head, and has a name of its own there.
    boolean contrastive = golden.parameter("method").asString().equals("contrastive");
    int each = addsNorm(golden) ? 3 : 2;
    int norm = contrastive ? each * (golden.parameter("head_layers").asInt() - 1) + 1 : -1;
    check(
        golden,
        state,
        method.network().parameters(),
        name ->
            name.replaceFirst("^encoder\\.", "model.module.")
                .replaceFirst("^projector\\." + norm + "\\.", "bn_last.")
                .replaceFirst("^projector\\.", "head.")
                .replaceFirst("^predictor\\.", "pred.")
                .replaceFirst("^target\\.encoder\\.", "model_t.module.")
                .replaceFirst("^target\\.projector\\.", "head_t."));
  }

  private static boolean addsNorm(Golden golden) {
    return golden.parameter("add_bn").asBoolean();
  }

  private static Method other(Golden golden, Backbone encoder) {
    int output = golden.parameter("emb").asInt();
    int hidden = golden.parameter("head_size").asInt();
    int layers = golden.parameter("head_layers").asInt();
    boolean norm = addsNorm(golden);
    return switch (golden.parameter("method").asString()) {
      case "w_mse" ->
          create(
              WhitenedMse.Settings.class,
              Map.of("projector", new WhitenedMse.Projector(layers, hidden, output, norm)),
              encoder);
      case "contrastive" ->
          create(
              SimClr.Settings.class,
              Map.of("projector", new SimClr.Projector(layers, hidden, output, norm, true)),
              encoder);
      case "byol" ->
          create(
              Byol.Settings.class,
              Map.of(
                  "projector",
                  new Byol.Projector(layers, hidden, output),
                  "predictor",
                  new Byol.Predictor(hidden),
                  "head_norm",
                  Map.of("online", norm, "target", norm)),
              encoder);
      default -> throw new IllegalArgumentException(golden.parameter("method").asString());
    };
  }

  private static <R extends Record & MethodSettings> Method create(
      Class<R> type, Map<String, Object> options, Backbone encoder) {
    return Options.defaults(type, options).create(encoder, new MethodContext(1, 0, 0));
  }

  private static void check(
      Golden golden,
      Map<String, Tensor> state,
      Map<String, Tensor> trained,
      UnaryOperator<String> theirs) {
    List<String> expected = new ArrayList<>();
    golden
        .expected("state_dict")
        .forEach(
            e -> expected.add(e.get(0).asString() + " " + e.get(1) + " " + e.get(2).asString()));
    List<String> actual = new ArrayList<>();
    long parameters = 0;
    long buffers = 0;
    for (Map.Entry<String, Tensor> entry : state.entrySet()) {
      Tensor tensor = entry.getValue();
      actual.add(
          theirs.apply(entry.getKey())
              + " "
              + tensor.shape().toString().replace(" ", "")
              + " "
              + tensor.dtype().toString().toLowerCase(Locale.ROOT));
      if (entry.getKey().matches(".*(running_mean|running_var|num_batches_tracked)")) {
        buffers += tensor.numel();
      } else {
        parameters += tensor.numel();
      }
    }
    assertThat(actual).containsExactlyElementsOf(expected);
    assertThat(state).hasSize(golden.expected("num_entries").asInt());
    assertThat(parameters).isEqualTo(golden.expected("parameters").asLong());
    assertThat(buffers).isEqualTo(golden.expected("buffer_elements").asLong());
    assertThat(trained.values().stream().mapToLong(Tensor::numel).sum())
        .isEqualTo(golden.expected("trainable_parameters").asLong());
  }

  /** Features and embeddings in evaluation and in training. */
  public static void values(Golden golden) {
    BarlowTwins method =
        new BarlowTwins(new BarlowTwins.Settings(1, true, projector(golden)), resNet(golden));
    Module network = prepare(method);
    Matcher position = POSITION.matcher(golden.parameter("input").asString());
    assertThat(position.find()).isTrue();
    Tensor images =
        ModuloFill.images(Long.parseLong(position.group(1)), shape(golden, "input_shape"));
    Map<String, Tensor> values = new LinkedHashMap<>();
    try (Autograd.Guard guard = Autograd.noGrad()) {
      for (String mode : List.of("eval", "train")) {
        network.train(mode.equals("train"));
        Tensor features = method.encoder().forward(images);
        Tensor rows = ((Layer) network.children().get("projector")).forward(features);
        boolean small = !dataset(golden).equals("imagenet");
        values.put(mode + ".out", small ? rows.normalize(1) : rows);
        values.put(mode + ".feature", features.normalize(1));
        values.put(mode + ".feature_first64", features.normalize(1).narrow(1, 0, 64));
      }
    }
    UnaryOperator<String> theirs = theirs(golden);
    network
        .state()
        .forEach((name, t) -> values.put("after_one_train_forward." + theirs.apply(name), t));
    for (String key : golden.root().required("expected").propertyNames()) {
      assertThat(values).containsKey(key);
      golden.checkMaxRelative(key, values.get(key));
    }
  }

  /** Losses and gradients of a step on given images with a given mixture. */
  public static void step(Golden golden) {
    MixedBarlowTwins method =
        new MixedBarlowTwins(
            Options.defaults(
                MixedBarlowTwins.Settings.class,
                Map.of(
                    "lambda", golden.parameter("lambda_bt").asDouble(),
                    "mix_scale", golden.parameter("mixup_loss_scale").asDouble(),
                    "projector", projector(golden))),
            resNet(golden),
            0);
    Module network = prepare(method);
    network.train(true);
    Tensor index = Tensor.arange(golden.parameter("n").asLong(), Device.CPU);
    List<Tensor> views =
        List.of(
            ModuloFill.images(golden.parameter("t_x1").asLong(), shape(golden, "input_shape")),
            ModuloFill.images(golden.parameter("t_x2").asLong(), shape(golden, "input_shape")));
    long[] order =
        Arrays.stream(golden.input("shuffle").toDoubleArray()).mapToLong(v -> (long) v).toArray();
    Embeddings rows =
        method.embed(
            new Batch(views, index, index), golden.parameter("mix_alpha").asDouble(), order);
    Loss loss = method.compare(rows, new Step(0, 1, 1));
    loss.total().backward();
    Tensor mixing = loss.terms().get("mixing");
    golden.checkMaxRelative("loss", loss.total());
    golden.checkMaxRelative("loss_mix", mixing);
    golden.checkMaxRelative("loss_bt", loss.total().sub(mixing));
    UnaryOperator<String> theirs = theirs(golden);
    Map<String, Tensor> gradients = new LinkedHashMap<>();
    network.parameters().forEach((name, p) -> gradients.put(theirs.apply(name), p.grad()));
    double tolerance = golden.root().required("tolerance").asDouble();
    golden
        .expected("grad_l2_norm")
        .properties()
        .forEach(
            entry -> {
              double expected = entry.getValue().asDouble();
              assertThat(gradients.get(entry.getKey()).square().sum().sqrt().item())
                  .as(entry.getKey())
                  .isCloseTo(expected, within(tolerance * Math.max(expected, 1e-6)));
            });
    for (String key : golden.root().required("expected").propertyNames()) {
      if (key.startsWith("grad.")) {
        golden.checkMaxRelative(key, gradients.get(key.substring("grad.".length())));
      } else if (key.startsWith("grad_first32.")) {
        Tensor gradient = gradients.get(key.substring("grad_first32.".length()));
        golden.checkMaxRelative(key, gradient.reshape(-1).narrow(0, 0, 32));
      }
    }
  }

  private static Module prepare(Method method) {
    Module network = method.network();
    network.to(DType.FLOAT64);
    ModuloFill.fill(network.state());
    return network;
  }

  private static long[] shape(Golden golden, String key) {
    JsonNode sizes = golden.parameter(key);
    return LongStream.range(0, sizes.size()).map(i -> sizes.get((int) i).asLong()).toArray();
  }
}
