package io.diptych.method;

import static org.assertj.core.api.Assertions.assertThat;

import io.diptych.Golden;
import io.diptych.backbone.Backbone;
import io.diptych.backbone.TwistBackboneGoldens;
import io.diptych.golden.TwistFill;
import io.diptych.optim.CosineRamp;
import io.diptych.optim.GradientClip;
import io.diptych.optim.Optimizer;
import io.diptych.optim.OptimizerGoldens;
import io.diptych.optim.Optimizers;
import io.diptych.optim.TwoStageCosineSchedule;
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
import tools.jackson.databind.JsonNode;

/** Whole networks of TWIST against recorded ones: names, outputs, training loops. */
public final class TwistNetworkGoldens {
  private TwistNetworkGoldens() {}

  /** Names, shapes, counts and which parameters neither decay nor adapt. */
  public static void names(Golden golden) {
    Backbone encoder =
        TwistBackboneGoldens.named(
            golden.parameter("backbone").asString(), golden.parameter("patch_size"));
    int width = encoder.width();
    Map<String, Object> head =
        Map.of(
            "hidden", golden.parameter("hid_dim").asInt(),
            "output", golden.parameter("dim").asInt());
    TwistNetwork network = new TwistNetwork(encoder, Options.defaults(Twist.Projector.class, head));
    Map<String, Tensor> state = named(network.state());
    List<String> expected = new ArrayList<>();
    golden
        .expected("keys")
        .forEach(
            entry ->
                expected.add(
                    entry.get(0).asString() + " " + List.of(boxed(TwistFill.shape(entry.get(1))))));
    List<String> actual = new ArrayList<>();
    state.forEach(
        (name, tensor) -> actual.add(name + " " + List.of(boxed(tensor.shape().sizes()))));
    assertThat(actual).containsExactlyElementsOf(expected);
    Map<String, Tensor> parameters = named(network.parameters());
    long all = count(parameters);
    long inEncoder = count(encoder.parameters());
    assertThat(inEncoder).isEqualTo(golden.expected("params_backbone").asLong());
    assertThat(all - inEncoder).isEqualTo(golden.expected("params_head").asLong());
    assertThat(all).isEqualTo(golden.expected("params_total").asLong());
    assertThat(width).isEqualTo(golden.expected("feature_dim").asInt());
    assertThat(state).hasSize(golden.expected("num_tensors_model").asInt());
    assertThat(encoder.state()).hasSize(golden.expected("num_tensors_backbone").asInt());
    List<String> vectors = OptimizerGoldens.vectors(parameters);
    assertThat(vectors).hasSize(golden.expected("num_group1").asInt());
    assertThat(parameters.size() - vectors.size()).isEqualTo(golden.expected("num_group0").asInt());
    List<String> first = texts(golden.expected("group1_first"));
    List<String> last = texts(golden.expected("group1_last"));
    assertThat(vectors.subList(0, first.size())).isEqualTo(first);
    assertThat(vectors.subList(vectors.size() - last.size(), vectors.size())).isEqualTo(last);
    network.state().values().forEach(Tensor::close);
  }

  /** The output of views of two sizes, and the running statistics after it. */
  public static void viewsOfSeveralSizes(Golden golden) {
    JsonNode params = golden.root().required("params");
    Backbone encoder = TwistBackboneGoldens.transformer(params);
    TwistNetwork network = new TwistNetwork(encoder, projector(golden));
    network.to(DType.FLOAT64);
    Map<String, Tensor> values = new LinkedHashMap<>();
    golden
        .rawInput("state_dict")
        .properties()
        .forEach(e -> values.put(ours(e.getKey()), Golden.tensor(e.getValue())));
    network.load(values);
    network.train(golden.parameter("mode").asString().equals("train"));
    List<Tensor> views = new ArrayList<>();
    for (int view = 0; golden.hasInput("view" + view); view++) {
      views.add(golden.input("view" + view));
    }
    golden.checkEach("output", network.forward(views).logits());
    Map<String, Tensor> state = named(network.state());
    golden
        .expected("buffers_after")
        .properties()
        .forEach(
            entry -> {
              double[] expected = Golden.tensor(entry.getValue()).toDoubleArray();
              double[] actual = state.get(entry.getKey()).toDoubleArray();
              assertThat(actual).hasSameSizeAs(expected);
              for (int i = 0; i < expected.length; i++) {
                TwistFill.check(golden, entry.getKey(), expected[i], actual[i]);
              }
            });
  }

  /** A whole run: what every step logs, and the weights at the end. */
  public static void training(Golden golden) {
    Run vit = new Run(golden);
    Twist method = new Twist(settings(golden), vit.encoder);
    TwistNetwork network = (TwistNetwork) method.network();
    network.to(DType.FLOAT64);
    network.train(true);
    Map<String, Tensor> state = named(network.state());
    assertThat(state.keySet()).containsExactlyElementsOf(texts(golden.rawInput("keys_in_order")));
    TwistFill.fill(golden, state);
    state.forEach(
        (name, tensor) -> {
          if (name.endsWith("running_mean")) {
            tensor.fill_(0);
          } else if (name.endsWith("running_var")) {
            tensor.fill_(1);
          }
        });
    long perEpoch = golden.parameter("iters_per_epoch").asLong();
    long total = perEpoch * golden.parameter("epochs").asLong();
    TwoStageCosineSchedule schedule = schedule(golden, perEpoch, total);
    Optimizer optimizer = optimizer(golden, network.parameters());
    for (int number = 0; number < total; number++) {
      Step step = new Step(number, total, perEpoch);
      JsonNode logged = golden.expected("steps").get(number);
      double rate = schedule.at(number);
      double decay =
          CosineRamp.at(
              real(golden, "weight_decay"),
              real(golden, "weight_decay_end"),
              (double) number / total);
      check(golden, logged, number, "lr", rate);
      check(golden, logged, number, "wd", decay);
      step(golden, method, vit.batch(number), step, logged);
      if (real(golden, "clip_norm") > 0) {
        GradientClip.clip(network.parameters().values(), real(golden, "clip_norm"));
      }
      optimizer.step(rate, decay);
      network.clearGrad();
      method.update(step);
    }
    checkFinal(golden, "final_model", state);
    if (golden.expects("final_teacher")) {
      Map<String, Tensor> teacher = new LinkedHashMap<>();
      method
          .state()
          .forEach((name, t) -> teacher.put(theirs(name.replaceFirst("^teacher\\.", "")), t));
      checkFinal(golden, "final_teacher", teacher);
    }
  }

  /** The transformer of a run and its batches. */
  private static final class Run {
    private final Golden golden;
    private final Backbone encoder;

    Run(Golden golden) {
      this.golden = golden;
      this.encoder = TwistBackboneGoldens.transformer(golden.parameter("vit"));
    }

    Batch batch(long number) {
      List<Tensor> views = new ArrayList<>();
      long size = golden.parameter("batch_size").asLong();
      int local = golden.parameter("local_crops_number").asInt();
      for (int view = 0; view < 2 + local; view++) {
        long side = golden.parameter(view < 2 ? "global_size" : "local_size").asLong();
        long seed = golden.parameter("fill_seed").asLong() * 1000 + 20 * number + view;
        views.add(TwistFill.images(seed, size, 3, side, side));
      }
      Tensor index = Tensor.arange(size, Device.CPU);
      return new Batch(views, index, index);
    }
  }

  private static void step(Golden golden, Twist method, Batch batch, Step step, JsonNode logged) {
    int number = (int) step.number();
    Embeddings embeddings = method.embed(batch, step);
    Embeddings leaves = new Embeddings();
    embeddings
        .tensors()
        .forEach((name, t) -> leaves.with(name, t.detach().requiresGrad_(t.requiresGrad())));
    Loss loss = method.compare(leaves, step);
    loss.total().backward();
    List<Tensor> outputs = new ArrayList<>();
    List<Tensor> gradients = new ArrayList<>();
    embeddings
        .tensors()
        .forEach(
            (name, output) -> {
              Tensor gradient = leaves.get(name).grad();
              if (name.startsWith("z")) {
                outputs.add(output);
                gradients.add(gradient == null ? output.detach().mul(0) : gradient);
              }
            });
    Autograd.backward(outputs, gradients);
    Map<String, Tensor> metrics = loss.metrics();
    check(golden, logged, number, "final", loss.total().item());
    check(golden, logged, number, "fc_std", metrics.get("score_std").item());
    check(golden, logged, number, "acc", metrics.get("agreement").item());
    check(golden, logged, number, "eh", metrics.get("entropy").item());
    check(golden, logged, number, "he", metrics.get("mean_entropy").item());
    if (logged.has("kl")) {
      check(golden, logged, number, "kl", loss.terms().get("consistency").item());
    }
    if (logged.has("threshold")) {
      check(golden, logged, number, "threshold", metrics.get("threshold").item());
      check(golden, logged, number, "frac", metrics.get("confident").item());
    }
    Tensor gradient = Tensor.cat(gradients, 0);
    check(golden, logged, number, "ft_gn", gradient.abs().mean().item());
    check(golden, logged, number, "f_gn", beforeNorm(method, batch, gradient).abs().mean().item());
  }

  /** Returns the gradient before the last norm, by a second pass that leaves no trace. */
  private static Tensor beforeNorm(Twist method, Batch batch, Tensor gradient) {
    TwistNetwork network = (TwistNetwork) method.network();
    Map<String, Tensor> before = new LinkedHashMap<>();
    network.state().forEach((name, tensor) -> before.put(name, tensor.detach().copy()));
    Tensor scores;
    try (Autograd.Guard guard = Autograd.noGrad()) {
      scores = network.forward(batch.views()).raw().detach();
    }
    Tensor leaf = scores.requiresGrad_(true);
    Autograd.backward(List.of(network.head.norm.forward(leaf)), List.of(gradient));
    network.load(before);
    return leaf.grad();
  }

  private static void checkFinal(Golden golden, String key, Map<String, Tensor> state) {
    golden
        .expected(key)
        .properties()
        .forEach(
            entry -> {
              assertThat(state).containsKey(entry.getKey());
              TwistFill.checkDigest(
                  golden, entry.getKey(), entry.getValue(), state.get(entry.getKey()));
            });
  }

  private static Twist.Settings settings(Golden golden) {
    Map<String, Object> options = new LinkedHashMap<>();
    options.put("lam1", real(golden, "lam1"));
    options.put("lam2", real(golden, "lam2"));
    options.put("temperature", real(golden, "tau"));
    options.put("epsilon", real(golden, "EPS"));
    options.put("style", golden.parameter("crops_interact_style").asString().replace('_', '-'));
    options.put("mme_epochs", golden.parameter("mme_epochs").asInt());
    options.put("momentum_encoder", golden.parameter("use_momentum_encoder").asInt() == 1);
    options.put("momentum_start", real(golden, "momentum_start"));
    options.put("momentum_end", real(golden, "momentum_end"));
    options.put(
        "self_labelling",
        Map.of("quantile", real(golden, "quantile"), "quantile_end", real(golden, "quantile_end")));
    options.put("projector", projector(golden));
    return Options.defaults(Twist.Settings.class, options);
  }

  private static Twist.Projector projector(Golden golden) {
    return Options.defaults(
        Twist.Projector.class,
        Map.of(
            "hidden", golden.parameter("hid_dim").asInt(),
            "output", golden.parameter("dim").asInt(),
            "activation", golden.parameter("act").asString().toLowerCase(Locale.ROOT)));
  }

  private static TwoStageCosineSchedule schedule(Golden golden, long perEpoch, long total) {
    return new TwoStageCosineSchedule(
        Options.defaults(
            TwoStageCosineSchedule.Settings.class,
            Map.of(
                "first_epochs", golden.parameter("mme_epochs").asInt(),
                "second_lr", real(golden, "lr_sl"),
                "second_warmup_epochs", real(golden, "sl_warmup_epochs"))),
        real(golden, "lr"),
        golden.parameter("batch_size").asInt() * golden.parameter("world_size").asInt(),
        perEpoch,
        total);
  }

  private static Optimizer optimizer(Golden golden, Map<String, Tensor> parameters) {
    boolean adamW = golden.parameter("optim").asString().equals("admw");
    String name = adamW ? "adamw" : "lars";
    Map<String, Object> options = adamW ? Map.of() : Map.of("form", "sum-of-norms");
    Class<? extends Record> type = Optimizers.FAMILY.members().get(name);
    return Optimizers.create(new Choice(name, Options.defaults(type, options)), parameters);
  }

  private static void check(Golden golden, JsonNode logged, int step, String name, double actual) {
    TwistFill.check(golden, "step " + step + " " + name, logged.required(name).asDouble(), actual);
  }

  private static long count(Map<String, Tensor> tensors) {
    return tensors.values().stream().mapToLong(Tensor::numel).sum();
  }

  private static Map<String, Tensor> named(Map<String, Tensor> tensors) {
    Map<String, Tensor> named = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> named.put(theirs(name), tensor));
    return named;
  }

  private static String theirs(String name) {
    return name.replaceFirst("^encoder\\.", "backbone.")
        .replaceFirst("^projector\\.", "projection_heads.");
  }

  private static String ours(String name) {
    return name.replaceFirst("^backbone\\.", "encoder.")
        .replaceFirst("^projection_heads\\.", "projector.");
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(text -> texts.add(text.asString()));
    return texts;
  }

  private static Long[] boxed(long[] sizes) {
    return Arrays.stream(sizes).boxed().toArray(Long[]::new);
  }

  private static double real(Golden golden, String name) {
    return golden.parameter(name).asDouble();
  }
}
