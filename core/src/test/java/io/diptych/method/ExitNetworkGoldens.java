package io.diptych.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import io.diptych.Golden;
import io.diptych.GoldenFill;
import io.diptych.backbone.Backbone;
import io.diptych.backbone.Backbones;
import io.diptych.backbone.Exits;
import io.diptych.optim.Sgd;
import io.diptych.option.Choice;
import io.diptych.option.Options;
import io.diptych.tensor.Autograd;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Shape;
import io.diptych.tensor.Tensor;
import io.diptych.view.Batch;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Whole networks with exits and heads against recorded ones: names, features, training steps. */
public final class ExitNetworkGoldens {
  private static final Set<String> SMALL = Set.of("cifar10", "cifar100", "tinyimagenet");
  private static final Pattern VGG = Pattern.compile("vgg(\\d+)(_bn)?");
  private static final Pattern WIDE = Pattern.compile("wrn_(\\d+)_(\\d+)");

  private ExitNetworkGoldens() {}

  public static void stateKeys(Golden golden) {
    if (golden.expects("entries_by_model")) {
      classifierKeys(golden);
      return;
    }
    Map<String, Tensor> state =
        named(checkCounts(golden.root().required("params"), golden.root().required("expected")));
    List<String> entries = new ArrayList<>();
    for (JsonNode entry : golden.expected("entries")) {
      List<Long> shape = new ArrayList<>();
      entry.get(1).forEach(size -> shape.add(size.asLong()));
      entries.add(entry.get(0).asString() + " " + shape);
    }
    List<String> actual = new ArrayList<>();
    state.forEach((name, tensor) -> actual.add(name + " " + tensor.shape()));
    assertThat(actual).containsExactlyElementsOf(entries);
  }

  /** The classifiers of features, which behind VGG have a hidden layer. */
  private static void classifierKeys(Golden golden) {
    ObjectNode model = JsonNodeFactory.instance.objectNode();
    model.put("dataset", "cifar100").put("selfcon_size", "fc").putArray("selfcon_pos");
    golden
        .expected("entries_by_model")
        .properties()
        .forEach(
            entry -> {
              Backbone encoder = encoder(model.put("model", entry.getKey()));
              boolean hidden = entry.getKey().startsWith("vgg");
              Method method =
                  Options.defaults(OneStage.Settings.class, Map.of("hidden_classifier", hidden))
                      .create(
                          encoder, new MethodContext(1, golden.parameter("classes").asInt(), 0));
              List<String> actual = new ArrayList<>();
              method
                  .network()
                  .state()
                  .forEach(
                      (name, tensor) -> {
                        if (name.startsWith("l_fc.")) {
                          String theirs =
                              name.replace("l_fc.0.", "fc1.")
                                  .replace("l_fc.3.", "fc2.")
                                  .replace("l_fc.", "fc.");
                          actual.add(theirs + tensor.shape().toString().replace(" ", ""));
                        }
                      });
              List<String> expected = new ArrayList<>();
              entry.getValue().forEach(e -> expected.add(e.get(0).asString() + e.get(1)));
              assertThat(actual).as(entry.getKey()).isEqualTo(expected);
            });
  }

  /** Checks the numbers of many models. */
  public static void parameterCounts(Golden golden) {
    for (JsonNode row : golden.expected("rows")) {
      checkCounts(row, row).network().state().values().forEach(Tensor::close);
    }
  }

  /** Checks the numbers of one model, and returns it. */
  static Method checkCounts(JsonNode model, JsonNode expected) {
    Backbone encoder = encoder(model);
    Method method =
        model.has("method")
            ? Options.defaults(
                    OneStage.Settings.class,
                    Map.of(
                        "objective",
                        model.required("method").asString().replace('_', '-'),
                        "output",
                        model.required("dim_out").asInt(),
                        "hidden_classifier",
                        model.required("model").asString().startsWith("vgg")))
                .create(encoder, new MethodContext(1, model.required("classes").asInt(), 0))
            : encoder.exits() > 0 ? selfCon(encoder) : supCon(encoder);
    Map<String, Tensor> parameters = method.network().parameters();
    Map<String, Tensor> state = named(method);
    assertThat(parameters.values().stream().mapToLong(Tensor::numel).sum())
        .isEqualTo(expected.required("parameters").asLong());
    assertThat(
            parameters.values().stream()
                .filter(Tensor::requiresGrad)
                .mapToLong(Tensor::numel)
                .sum())
        .isEqualTo(expected.required("trainable").asLong());
    assertThat(encoder.parameters().values().stream().mapToLong(Tensor::numel).sum())
        .isEqualTo(expected.required("encoder_parameters").asLong());
    assertThat(state).hasSize(expected.required("state_entries").asInt());
    assertThat(digest(state)).isEqualTo(expected.required("state_digest").asString());
    return method;
  }

  public static void modelForward(Golden golden) {
    JsonNode model = golden.root().required("params");
    assertThat(golden.parameter("mode").asString()).isEqualTo("eval");
    Backbone encoder = encoder(model);
    Method method = encoder.exits() > 0 ? selfCon(encoder) : supCon(encoder);
    prepare(method);
    method.network().train(false);
    try (Autograd.Guard guard = Autograd.noGrad()) {
      Tensor images = GoldenFill.images("images", shape(golden.parameter("image_shape")));
      List<Tensor> features = encoder.forwardExits(images);
      Tensor index = Tensor.arange(images.size(0), Device.CPU);
      Embeddings rows = method.embed(new Batch(List.of(images), index, index), new Step(0, 1, 1));
      for (int exit = 0; exit < encoder.exits(); exit++) {
        checkSummary(
            golden,
            "encoder.sub." + exit,
            golden.expected("encoder.sub." + exit),
            features.get(exit));
        golden.checkEach("projection.sub." + exit, rows.get("z1.exit" + (exit + 1)).normalize(1));
      }
      Tensor last = encoder.forward(images);
      JsonNode expected = golden.expected("encoder.backbone");
      checkSummary(golden, "among exits", expected, features.get(encoder.exits()));
      checkSummary(golden, "alone", expected, last);
      golden.checkEach("projection.backbone", rows.get("z1").normalize(1));
    }
  }

  public static void trainSteps(Golden golden) {
    Backbone encoder = encoder(golden.root().required("params"));
    Method method = ContrastiveMethodGoldens.pretraining(golden, encoder, 128);
    prepare(method);
    Map<String, Tensor> state = named(method);
    double lr = golden.parameter("learning_rate").asDouble();
    Sgd sgd =
        new Sgd(
            new Sgd.Settings(
                lr,
                golden.parameter("momentum").asDouble(),
                golden.parameter("weight_decay").asDouble(),
                0,
                false,
                true),
            method.network().parameters());
    int steps = golden.parameter("steps").asInt();
    for (int i = 0; i < steps; i++) {
      Step step = new Step(i, steps, steps);
      Loss loss = method.compare(method.embed(batch(golden, i), step), step);
      JsonNode expected = golden.expected("loss_by_step").get(i);
      check(golden, "loss of step " + i, expected.asDouble(), loss.total().item());
      loss.total().backward();
      if (i == 0) {
        checkGradients(golden, state);
      }
      sgd.step(lr);
      method.network().clearGrad();
      method.update(step);
    }
    checkSummaries(golden, "parameters_after", state);
    checkSummaries(golden, "buffers_after", state);
  }

  private static void checkGradients(Golden golden, Map<String, Tensor> state) {
    Map<String, Tensor> gradients = new LinkedHashMap<>();
    double squares = 0;
    for (Map.Entry<String, Tensor> entry : state.entrySet()) {
      Tensor gradient = entry.getValue().grad();
      if (gradient != null) {
        gradients.put(entry.getKey(), gradient);
        squares += gradient.square().sum().item();
      }
    }
    check(golden, "norm", golden.expected("grad_norm_step_0").asDouble(), Math.sqrt(squares));
    checkSummaries(golden, "grad_step_0", gradients);
  }

  private static void checkSummaries(Golden golden, String key, Map<String, Tensor> actual) {
    golden
        .expected(key)
        .properties()
        .forEach(
            entry -> {
              assertThat(actual).containsKey(entry.getKey());
              checkSummary(golden, entry.getKey(), entry.getValue(), actual.get(entry.getKey()));
            });
  }

  private static void checkSummary(Golden golden, String what, JsonNode summary, Tensor actual) {
    assertThat(actual.shape()).as(what).isEqualTo(Shape.of(shape(summary.required("shape"))));
    check(golden, what + " sum", summary.required("sum").asDouble(), actual.sum().item());
    check(
        golden,
        what + " sum_abs",
        summary.required("sum_abs").asDouble(),
        actual.abs().sum().item());
    check(
        golden,
        what + " sum_sq",
        summary.required("sum_sq").asDouble(),
        actual.square().sum().item());
    double[] values = actual.toDoubleArray();
    JsonNode first = summary.required("first");
    for (int i = 0; i < first.size(); i++) {
      check(golden, what + "[" + i + "]", first.get(i).asDouble(), values[i]);
    }
  }

  private static void check(Golden golden, String what, double expected, double actual) {
    double tolerance = golden.root().required("tolerance").asDouble();
    assertThat(actual)
        .as("%s %s", golden, what)
        .isCloseTo(expected, offset(tolerance * Math.max(1, Math.abs(expected))));
  }

  private static Method selfCon(Backbone encoder) {
    return Options.defaults(SelfCon.Settings.class).create(encoder, new MethodContext(1, 10, 0));
  }

  private static Method supCon(Backbone encoder) {
    return Options.defaults(SupCon.Settings.class).create(encoder, new MethodContext(1, 10, 0));
  }

  /** Returns the backbone of a name of theirs. */
  private static Backbone encoder(JsonNode model) {
    String name = model.required("model").asString();
    String dataset = model.required("dataset").asString();
    Map<String, Object> options = new LinkedHashMap<>(Map.of("exits", exits(model, name)));
    Matcher vgg = VGG.matcher(name);
    Matcher wide = WIDE.matcher(name);
    String family = "efficientnet";
    if (name.startsWith("resnet")) {
      family = "resnet";
      options.put("depth", Integer.parseInt(name.substring("resnet".length())));
      options.put("stem", SMALL.contains(dataset) ? "cifar" : "imagenet");
    } else if (vgg.matches()) {
      family = "vgg";
      options.put("depth", Integer.parseInt(vgg.group(1)));
      options.put("batch_norm", vgg.group(2) != null);
    } else if (wide.matches()) {
      family = "wide-resnet";
      options.put("depth", Integer.parseInt(wide.group(1)));
      options.put("widen", Integer.parseInt(wide.group(2)));
      options.put("form", "selfcon");
      options.put("dropout", 0.3);
      options.put(
          "stem",
          dataset.equals("tinyimagenet") ? "stl" : SMALL.contains(dataset) ? "cifar" : "imagenet");
    } else {
      assertThat(name).isEqualTo("efficientnet");
    }
    Class<? extends Record> type = Backbones.FAMILY.members().get(family);
    return Backbones.create(new Choice(family, Options.defaults(type, options)), 3);
  }

  private static Exits exits(JsonNode model, String name) {
    JsonNode positions = model.required("selfcon_pos");
    // The only exit of EfficientNet, number 0, is behind its fourth stage.
    int first = name.equals("efficientnet") ? 4 : 1;
    List<Integer> after =
        IntStream.range(0, positions.size())
            .filter(i -> positions.get(i).asBoolean())
            .mapToObj(i -> i + first)
            .toList();
    return new Exits(
        after,
        Exits.Size.valueOf(model.required("selfcon_size").asString().toUpperCase(Locale.ROOT)));
  }

  private static void prepare(Method method) {
    method.network().to(DType.FLOAT64);
    try (Autograd.Guard guard = Autograd.noGrad()) {
      GoldenFill.fill(named(method));
    }
  }

  /** Returns the state under the recorded names. */
  private static Map<String, Tensor> named(Method method) {
    Map<String, Tensor> named = new LinkedHashMap<>();
    method
        .network()
        .state()
        .forEach(
            (name, tensor) ->
                named.put(
                    name.replace(".downsample.", ".shortcut.")
                        .replaceFirst("^projector\\.", "head."),
                    tensor));
    return named;
  }

  private static Batch batch(Golden golden, int step) {
    Tensor labels = golden.input("labels").to(DType.INT64);
    Tensor images = GoldenFill.images("images." + step, shape(golden.parameter("image_shape")));
    List<Tensor> views = new ArrayList<>();
    for (long row = 0; row < images.size(0); row += labels.numel()) {
      views.add(images.narrow(0, row, labels.numel()));
    }
    return new Batch(views, Tensor.arange(labels.numel(), Device.CPU), labels);
  }

  private static long[] shape(JsonNode sizes) {
    return LongStream.range(0, sizes.size()).map(i -> sizes.get((int) i).asLong()).toArray();
  }

  private static String digest(Map<String, Tensor> state) {
    StringBuilder text = new StringBuilder();
    state.forEach(
        (name, tensor) ->
            text.append(name)
                .append(':')
                .append(
                    LongStream.of(tensor.shape().sizes())
                        .mapToObj(Long::toString)
                        .collect(Collectors.joining(",")))
                .append('\n'));
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha.digest(text.toString().getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
