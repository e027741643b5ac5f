package io.diptych.method;

import static org.assertj.core.api.Assertions.assertThat;

import io.diptych.Golden;
import io.diptych.backbone.Backbone;
import io.diptych.backbone.Backbones;
import io.diptych.backbone.ResNet;
import io.diptych.nn.BatchNorm;
import io.diptych.nn.Module;
import io.diptych.objective.LogDeterminant;
import io.diptych.optim.Optimizer;
import io.diptych.optim.Optimizers;
import io.diptych.optim.Sgd;
import io.diptych.option.Choice;
import io.diptych.option.Options;
import io.diptych.tensor.DType;
import io.diptych.tensor.Linalg;
import io.diptych.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import tools.jackson.databind.JsonNode;

/** The method against recorded steps, networks and loops. */
public final class CorInfoMaxMethodGoldens {
  private CorInfoMaxMethodGoldens() {}

  /** One step, or several that share a state. */
  public static void steps(Golden golden) {
    CorInfoMaxCase run = ofRows(golden, Map.of());
    for (String prefix : prefixes(golden)) {
      Tensor z1 = run.leaf(prefix + "z1");
      Tensor z2 = run.leaf(prefix + "z2");
      Embeddings embeddings = run.embeddings(z1, z2);
      Loss plain = run.plain.compare(embeddings, CorInfoMaxCase.STEP);
      golden.checkEach(prefix + "cov_loss", plain.terms().get("covariance"));
      golden.checkEach(prefix + "sim_loss", plain.terms().get("similarity"));
      if (golden.expects(prefix + "cov_grad.z1")) {
        plain.terms().get("covariance").backward();
        golden.checkEach(prefix + "cov_grad.z1", gradient(z1));
        golden.checkEach(prefix + "cov_grad.z2", gradient(z2));
        z1.clearGrad();
        z2.clearGrad();
      }
      Tensor loss = run.weighted.compare(run.embeddings(z1, z2), CorInfoMaxCase.STEP).total();
      loss.backward();
      golden.checkEach(prefix + "loss", loss);
      golden.checkEach(prefix + "grad.z1", gradient(z1));
      golden.checkEach(prefix + "grad.z2", gradient(z2));
      run.update();
      run.checkState(prefix, "");
      checkType(golden, "loss_dtype", loss);
      checkType(golden, "grad_dtype", gradient(z1));
      checkType(golden, "state_dtype", run.weighted.state().get("covariance1"));
    }
  }

  /** The log-determinants of another form alone. */
  public static void variants(Golden golden) {
    Map<String, Object> form =
        switch (golden.title()) {
          case "variant_pooled" -> Map.of("form", "pooled");
          case "variant_first_view_only" -> Map.of("form", "first-view-only");
          case "variant_full_mutual_information" -> Map.of("form", "full-mutual-information");
          // The mean's memory says both: without one the batch centres, a full one keeps it at 0.
          case "variant_batch_mean" -> Map.of("mean_memory", 0);
          case "variant_uncentred" -> Map.of("mean_memory", 1);
          default -> throw new AssertionError("no variant of that name: " + golden.title());
        };
    CorInfoMaxCase run = ofRows(golden, form);
    for (String prefix : prefixes(golden)) {
      Tensor z1 = run.leaf(prefix + "z1");
      Tensor z2 = run.leaf(prefix + "z2");
      Tensor loss =
          run.plain.compare(run.embeddings(z1, z2), CorInfoMaxCase.STEP).terms().get("covariance");
      loss.backward();
      golden.checkEach(prefix + "loss", loss);
      golden.checkEach(prefix + "grad.z1", gradient(z1));
      golden.checkEach(prefix + "grad.z2", gradient(z2));
      run.weighted.compare(run.embeddings(z1, z2), CorInfoMaxCase.STEP);
      run.update();
      run.checkState(prefix, "");
      if (golden.expects(prefix + "logdet_R1_over_D")) {
        Tensor first = logDeterminant(golden, run, "covariance1");
        Tensor second = logDeterminant(golden, run, "covariance2");
        golden.checkEach(prefix + "logdet_R1_over_D", first);
        golden.checkEach(prefix + "logdet_R2_over_D", second);
        golden.checkEach(prefix + "logdet_residuals_over_D", loss.add(first).add(second));
      }
    }
  }

  private static Tensor logDeterminant(Golden golden, CorInfoMaxCase run, String name) {
    Tensor covariance = run.weighted.state().get(name);
    return LogDeterminant.of(covariance, golden.parameter("R_eps_weight").asDouble(), name)
        .div(covariance.size(0));
  }

  /** The metric that is only tracked. */
  public static void information(Golden golden) {
    CorInfoMaxCase run = ofRows(golden, Map.of("track_information", true));
    for (String prefix : prefixes(golden)) {
      Embeddings embeddings =
          run.embeddings(golden.input(prefix + "z1"), golden.input(prefix + "z2"));
      Loss loss = run.weighted.compare(embeddings, CorInfoMaxCase.STEP);
      golden.checkEach(prefix + "ldmi", loss.metrics().get("ldmi"));
      run.update();
      run.checkState(prefix, "ldmi.");
    }
  }

  /** Eigenvalues of the first covariance before the first epoch and after each. */
  public static void eigenvalues(Golden golden) {
    CorInfoMaxCase run = ofRows(golden, Map.of());
    List<Tensor> rows = new ArrayList<>();
    rows.add(Linalg.eigenvaluesSymmetric(run.weighted.state().get("covariance1")));
    for (String prefix : prefixes(golden)) {
      run.weighted.compare(
          run.embeddings(golden.input(prefix + "z1"), golden.input(prefix + "z2")),
          CorInfoMaxCase.STEP);
      run.update();
      Tensor row = Linalg.eigenvaluesSymmetric(run.weighted.state().get("covariance1"));
      golden.checkEach(prefix + "low_R_eig", row.lt(1e-8).to(DType.FLOAT64).sum());
      golden.checkEach(prefix + "high_R_eig", row.gt(1e-1).to(DType.FLOAT64).sum());
      rows.add(row);
    }
    golden.checkEach("R_eigs_sorted_rows", Tensor.stack(rows, 0));
  }

  /** Embeddings, gradients and running statistics of the head. */
  public static void projector(Golden golden) {
    String[] widths = golden.parameter("projector").asString().split("->", 2);
    CorInfoMaxCase run =
        CorInfoMaxCase.of(golden, new RowEncoder(Integer.parseInt(widths[0])), widths[1], Map.of());
    Map<String, Tensor> state = run.weighted.network().state();
    state.forEach(
        (name, tensor) -> {
          if (tensor.requiresGrad()) {
            tensor.detach().copy_(golden.input(name));
          }
        });
    Tensor first = golden.input("features1").requiresGrad_(true);
    Tensor second = golden.input("features2").requiresGrad_(true);
    Embeddings z = embed(run, first, second);
    golden.checkEach("z1", z.get("z1"));
    golden.checkEach("z2", z.get("z2"));
    z.get("z1")
        .mul(golden.input("cotangent1"))
        .sum()
        .add(z.get("z2").mul(golden.input("cotangent2")).sum())
        .backward();
    golden.checkEach("grad.features1", gradient(first));
    golden.checkEach("grad.features2", gradient(second));
    state.forEach(
        (name, tensor) ->
            golden.checkEach(
                (tensor.requiresGrad() ? "grad." : "buffer.") + name,
                tensor.requiresGrad() ? gradient(tensor) : tensor));
    run.weighted.network().train(false);
    golden.checkEach("eval.z1", embed(run, first, second).get("z1"));
  }

  /** Several ranks, simulated: gathered, compared as one batch, summed. */
  public static void ranks(Golden golden) {
    int world = golden.parameter("world_size").asInt();
    long rows = golden.parameter("rows_per_rank").asLong();
    Tensor start = golden.input("weight0");
    CorInfoMaxCase run =
        CorInfoMaxCase.of(
            golden, new RowEncoder((int) start.size(1)), Long.toString(start.size(0)), Map.of());
    Map<String, Tensor> parameters = run.weighted.network().parameters();
    Tensor weight = Objects.requireNonNull(parameters.get("projector.0.weight"));
    weight.detach().copy_(start);
    Sgd sgd =
        new Sgd(
            Options.defaults(Sgd.Settings.class, Map.of("momentum", 0.9, "weight_decay", 0)),
            parameters);
    for (int step = 0; step < golden.parameter("steps").asInt(); step++) {
      String prefix = "step" + step + ".";
      List<Embeddings> local = new ArrayList<>();
      for (int rank = 0; rank < world; rank++) {
        String of = prefix + "rank" + rank + ".";
        local.add(embed(run, golden.input(of + "x1"), golden.input(of + "x2")));
      }
      Tensor z1 = gather(local, "z1");
      Tensor z2 = gather(local, "z2");
      Embeddings gathered = new Embeddings().with("z1", z1).with("z2", z2);
      Loss plain = run.plain.compare(gathered, CorInfoMaxCase.STEP);
      golden.checkEach(prefix + "sim_loss", plain.terms().get("similarity"));
      golden.checkEach(prefix + "cov_loss", plain.terms().get("covariance"));
      Tensor loss = run.weighted.compare(gathered, CorInfoMaxCase.STEP).total();
      loss.backward();
      for (int rank = 0; rank < world; rank++) {
        golden.checkEach(prefix + "rank" + rank + ".loss", loss);
        // The recorded gradients are those of a sum over ranks, of which the average follows.
        golden.checkEach(
            prefix + "rank" + rank + ".grad.z1",
            gradient(z1).narrow(0, rank * rows, rows).mul(world));
        for (String view : List.of("z1", "z2")) {
          Tensor own = gradient(gathered.get(view)).narrow(0, rank * rows, rows);
          local.get(rank).get(view).mul(own).sum().backward();
        }
      }
      golden.checkEach(prefix + "grad.weight_after_averaging", gradient(weight));
      sgd.step(golden.parameter("lr").asDouble());
      run.weighted.network().clearGrad();
      run.update();
      golden.checkEach(prefix + "weight", weight);
      run.checkState(prefix, "");
    }
  }

  private static Tensor gather(List<Embeddings> local, String name) {
    return Tensor.cat(local.stream().map(rank -> rank.get(name).detach()).toList(), 0)
        .requiresGrad_(true);
  }

  /** Features, embeddings, losses and gradients of a whole network. */
  public static void network(Golden golden) {
    CorInfoMaxCase run = ofResNet(golden, "encoder");
    Tensor first = Filled.images(golden.parameter("y1"));
    Tensor second = Filled.images(golden.parameter("y2"));
    run.weighted.network().train(false);
    golden.checkEach("eval.features1", run.weighted.encoder().forward(first));
    run.weighted.network().train(true);
    Embeddings z = embed(run, first, second);
    golden.checkEach("z1", z.get("z1"));
    golden.checkEach("z2", z.get("z2"));
    Loss plain = run.plain.compare(z, CorInfoMaxCase.STEP);
    golden.checkEach("cov_loss", plain.terms().get("covariance"));
    golden.checkEach("sim_loss", plain.terms().get("similarity"));
    Tensor loss = run.weighted.compare(z, CorInfoMaxCase.STEP).total();
    golden.checkEach("loss", loss);
    loss.backward();
    Map<String, Tensor> gradients = new LinkedHashMap<>();
    run.weighted.network().parameters().forEach((name, p) -> gradients.put(name, gradient(p)));
    checkNumbers(golden, "grad_l2", gradients, CorInfoMaxMethodGoldens::length);
    checkNumbers(golden, "grad_sum", gradients, tensor -> tensor.sum().item());
  }

  /** Names, shapes, types, counts, and which weights start at 0. */
  public static void names(Golden golden) {
    boolean norms = golden.parameter("dataset").asString().equals("imagenet");
    Map<String, Object> projector =
        Map.of("widths", golden.parameter("projector").asString(), "batch_norm", norms);
    CorInfoMax method =
        new CorInfoMax(
            Options.defaults(CorInfoMax.Settings.class, Map.of("projector", projector)),
            resNet(golden, "encoder"));
    Module network = method.network();
    network.modules().stream()
        .filter(BatchNorm.class::isInstance)
        .forEach(norm -> norm.initialize(1));
    List<String> expected = new ArrayList<>();
    golden
        .expected("state_dict")
        .forEach(
            e -> expected.add(e.get(0).asString() + " " + e.get(1) + " " + e.get(2).asString()));
    List<String> actual = new ArrayList<>();
    List<String> zero = new ArrayList<>();
    long buffers = 0;
    for (Map.Entry<String, Tensor> entry : network.state().entrySet()) {
      Tensor tensor = entry.getValue();
      String name = theirs(entry.getKey());
      String shape = tensor.shape().toString().replace(" ", "");
      String type = tensor.dtype().toString().toLowerCase(Locale.ROOT);
      actual.add(name + " " + shape + " " + type);
      if (name.endsWith("weight") && tensor.rank() == 1 && tensor.abs().max().item() == 0) {
        zero.add(name);
      }
      buffers += tensor.requiresGrad() ? 0 : tensor.numel();
    }
    assertThat(actual).containsExactlyElementsOf(expected);
    assertThat(actual).hasSize(golden.expected("num_state_entries").asInt());
    assertThat(zero).isEqualTo(texts(golden.expected("zero_initialised_weights")));
    assertThat(network.parameters().keySet().stream().map(CorInfoMaxMethodGoldens::theirs))
        .containsExactlyElementsOf(texts(golden.expected("optimizer_param_order")));
    JsonNode head = golden.expected("linear_state_dict").get(0).get(1);
    assertThat(head.get(1).asInt()).isEqualTo(method.encoder().width());
    long all = count(network.parameters());
    long encoder = count(method.encoder().parameters());
    assertThat(all).isEqualTo(golden.expected("param_count.total").asLong());
    assertThat(encoder).isEqualTo(golden.expected("param_count.backbone").asLong());
    assertThat(all - encoder).isEqualTo(golden.expected("param_count.projector").asLong());
    assertThat(buffers).isEqualTo(golden.expected("buffer_count.total").asLong());
  }

  private static long count(Map<String, Tensor> tensors) {
    return tensors.values().stream().mapToLong(Tensor::numel).sum();
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(text -> texts.add(text.asString()));
    return texts;
  }

  /** Epochs of training. */
  public static void pretraining(Golden golden) {
    CorInfoMaxCase run = ofResNet(golden, "model_name");
    Module network = run.weighted.network();
    Optimizer optimizer = optimizer(golden, network.parameters());
    int batches = golden.parameter("batches_per_epoch").asInt();
    long seed = golden.parameter("first_input_seed").asLong();
    for (int epoch = 1; epoch <= golden.parameter("epochs").asInt(); epoch++) {
      String prefix = "epoch" + epoch + ".";
      Tensor loss = Tensor.scalar(0);
      Tensor covariance = Tensor.scalar(0);
      Tensor similarity = Tensor.scalar(0);
      for (int batch = 0; batch < batches; batch++, seed += 2) {
        Embeddings z = embed(run, images(golden, seed), images(golden, seed + 1));
        Loss plain = run.plain.compare(z, CorInfoMaxCase.STEP);
        covariance = covariance.add(plain.terms().get("covariance").detach());
        similarity = similarity.add(plain.terms().get("similarity").detach());
        Tensor total = run.weighted.compare(z, CorInfoMaxCase.STEP).total();
        loss = loss.add(total.detach());
        total.backward();
        if (batch == batches - 1) {
          golden.checkEach(prefix + "train_grad_norm", norm(network));
        }
        optimizer.step(golden.expected(prefix + "lr_used").asDouble());
        network.clearGrad();
        run.update();
      }
      golden.checkEach(prefix + "train_loss", loss.div(batches));
      golden.checkEach(prefix + "train_cov_loss", covariance.div(batches));
      golden.checkEach(prefix + "train_sim_loss", similarity.div(batches));
      run.checkState(prefix, "");
    }
    run.checkState("final.", "");
    Map<String, Tensor> state = network.state();
    checkNumbers(golden, "final.param_l2", state, CorInfoMaxMethodGoldens::length);
    state.forEach(
        (name, tensor) -> {
          if (golden.expects("final." + theirs(name))) {
            golden.checkEach("final." + theirs(name), tensor);
          }
        });
  }

  private static Optimizer optimizer(Golden golden, Map<String, Tensor> parameters) {
    String name = golden.parameter("pre_optimizer").asString().toLowerCase(Locale.ROOT);
    double decay = golden.parameter("w_decay").asDouble();
    double momentum = golden.parameter("momentum").asDouble();
    Map<String, Object> options =
        switch (name) {
          case "sgd" -> Map.of("momentum", momentum, "weight_decay", decay, "decay_all", true);
          case "adamw" -> Map.of("weight_decay", decay, "decay_all", true);
          default -> Map.of(); // Adam, which is made without decay.
        };
    Class<? extends Record> type = Optimizers.FAMILY.members().get(name);
    return Optimizers.create(new Choice(name, Options.defaults(type, options)), parameters);
  }

  private static Tensor images(Golden golden, long seed) {
    return Filled.images(
        golden.parameter("batch_shape"), golden.parameter("input_scale").asDouble(), seed);
  }

  private static Tensor norm(Module network) {
    Tensor squares = Tensor.scalar(0).to(DType.FLOAT64);
    for (Tensor parameter : network.parameters().values()) {
      squares = squares.add(gradient(parameter).square().sum());
    }
    return squares.sqrt();
  }

  private static CorInfoMaxCase ofRows(Golden golden, Map<String, Object> more) {
    long width = golden.input(prefixes(golden).get(0) + "z1").size(1);
    return CorInfoMaxCase.of(golden, new RowEncoder(1), Long.toString(width), more);
  }

  private static Backbone resNet(Golden golden, String name) {
    int depth = Integer.parseInt(golden.parameter(name).asString().replace("resnet", ""));
    boolean small = golden.parameter("dataset").asString().startsWith("cifar");
    ResNet.Settings settings =
        Options.defaults(
            ResNet.Settings.class,
            Map.of(
                "depth", depth, "stem", small ? "cifar" : "imagenet", "zero_init_residual", true));
    return Backbones.create(new Choice("resnet", settings), 3);
  }

  private static CorInfoMaxCase ofResNet(Golden golden, String name) {
    Backbone encoder = resNet(golden, name);
    CorInfoMaxCase run =
        CorInfoMaxCase.of(golden, encoder, golden.parameter("projector").asString(), Map.of());
    Filled.network(run.weighted.network().state(), golden.parameter("base_seed").asLong());
    return run;
  }

  private static Embeddings embed(CorInfoMaxCase run, Tensor first, Tensor second) {
    return run.weighted.embed(CorInfoMaxCase.batch(first, second), CorInfoMaxCase.STEP);
  }

  private static void checkNumbers(
      Golden golden, String key, Map<String, Tensor> tensors, ToDoubleFunction<Tensor> number) {
    JsonNode expected = golden.expected(key);
    assertThat(tensors.keySet().stream().map(CorInfoMaxMethodGoldens::theirs))
        .containsExactlyElementsOf(expected.propertyNames());
    double tolerance = golden.root().required("tolerance").asDouble();
    tensors.forEach(
        (name, tensor) -> {
          double value = expected.required(theirs(name)).asDouble();
          assertThat(Math.abs(number.applyAsDouble(tensor) - value))
              .as("%s of %s", key, name)
              .isLessThanOrEqualTo(tolerance * Math.max(1, Math.abs(value)));
        });
  }

  private static double length(Tensor tensor) {
    return Math.sqrt(tensor.detach().to(DType.FLOAT64).square().sum().item());
  }

  private static String theirs(String name) {
    return name.replaceFirst("^encoder\\.", "backbone.");
  }

  /** Returns the gradient collected, or zeros where the tensor took no part. */
  private static Tensor gradient(Tensor leaf) {
    Tensor gradient = leaf.grad();
    return gradient == null ? leaf.detach().mul(0) : gradient;
  }

  private static void checkType(Golden golden, String key, Tensor tensor) {
    String type = golden.root().path("params").path(key).asString("");
    if (!type.isEmpty()) {
      assertThat(tensor.dtype().toString()).as(key).isEqualToIgnoringCase(type);
    }
  }

  /** Returns what the keys of each step start with; an empty text if there is only one step. */
  private static List<String> prefixes(Golden golden) {
    List<String> prefixes = new ArrayList<>();
    for (String key : golden.root().path("inputs").propertyNames()) {
      if (key.endsWith("z1")) {
        prefixes.add(key.substring(0, key.length() - 2));
      }
    }
    return prefixes;
  }
}
