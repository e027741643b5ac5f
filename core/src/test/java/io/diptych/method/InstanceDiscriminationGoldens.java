package io.diptych.method;

import static org.assertj.core.api.Assertions.assertThat;

import io.diptych.Golden;
import io.diptych.objective.BankEntropy;
import io.diptych.objective.BankSimilarity;
import io.diptych.objective.InvariancePropagation;
import io.diptych.option.Options;
import io.diptych.tensor.DType;
import io.diptych.tensor.Tensor;
import io.diptych.view.Batch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.LongStream;
import tools.jackson.databind.JsonNode;

/** Instance discrimination and invariance propagation against recorded values. */
public final class InstanceDiscriminationGoldens {
  private static final Map<String, String> LOSSES =
      Map.ofEntries(
          Map.entry("insd", "insd"),
          Map.entry("ratio", "ratio"),
          Map.entry("hardneg", "hard-neg"),
          Map.entry("ringloss", "ring"),
          Map.entry("alternativeringloss", "alternating-ring"),
          Map.entry("singleloss", "single"),
          Map.entry("flatloss", "flat"),
          Map.entry("hardflatloss", "hard-flat"),
          Map.entry("fix_entropy", "fix-entropy"),
          Map.entry("hardfix_entropy", "hard-fix-entropy"),
          Map.entry("hardfix_entropy_identity", "hard-fix-entropy"));

  private InstanceDiscriminationGoldens() {}

  public static void lossesOverABank(Golden golden) {
    JsonNode mask = golden.root().path("params").path("positive_mask");
    if (mask.asString("identity").equals("reference")) {
      lossWithTheMaskByRank(golden);
      return;
    }
    InstanceDiscrimination method = method(golden, options(golden));
    if (golden.expects("loss_per_call")) {
      int calls = golden.expected("loss_per_call").size();
      double[] losses = new double[calls];
      for (int call = 0; call < calls; call++) {
        Tensor output = golden.input("output").requiresGrad_(true);
        Tensor loss = method.compare(embeddings(golden, output), step(call)).total();
        loss.backward();
        losses[call] = loss.item();
        if (golden.expects("grad.output.call" + call)) {
          golden.checkEach("grad.output.call" + call, output.grad());
        }
      }
      golden.checkEach("loss_per_call", Tensor.of(losses, calls));
      return;
    }
    Tensor output = golden.input("output").requiresGrad_(true);
    Loss loss = method.compare(embeddings(golden, output), step(0));
    loss.total().backward();
    golden.checkEach("loss", loss.total());
    golden.checkEach("grad.output", output.grad());
    if (golden.expects("center_mean")) {
      golden.checkEach("center_mean", loss.metrics().get("temperature"));
      golden.checkEach("entropy_mean", loss.metrics().get("entropy"));
    }
  }

  private static void lossWithTheMaskByRank(Golden golden) {
    Tensor output = golden.input("output").requiresGrad_(true);
    BankEntropy.Result result =
        BankEntropy.hardFixed(
            BankSimilarity.of(output, golden.input("bank"), index(golden, "index"), 1),
            golden.parameter("t").asDouble(),
            golden.parameter("n_background").asInt(),
            BankEntropy.PositiveMask.RANK);
    result.loss().backward();
    golden.checkEach("loss", result.loss());
    golden.checkEach("grad.output", output.grad());
    golden.checkEach("center_mean", result.temperature().mean());
    golden.checkEach("entropy_mean", result.entropy().mean());
  }

  public static void updatesOfTheBank(Golden golden) {
    Tensor bank = golden.input("bank");
    MemoryBank memory = new MemoryBank(bank.size(0), (int) bank.size(1), 0, 0);
    memory.to(DType.FLOAT64);
    memory.load(Map.of("bank", bank));
    for (int i = 0; i < golden.parameter("updates").asInt(); i++) {
      memory.move(
          index(golden, "index." + i),
          golden.input("output." + i),
          golden.parameter("m").asDouble());
      golden.checkEach("bank." + i, memory.rows());
    }
    Tensor query = golden.input("query");
    Tensor anyone = Tensor.of(new long[(int) query.size(0)], query.size(0));
    golden.checkEach("dot_products", BankSimilarity.of(query, memory.rows(), anyone, 1).all());
  }

  public static void theStepsOfASmallNetwork(Golden golden) {
    Tensor body = golden.input("net.body.weight");
    Map<String, Object> options = options(golden);
    options.put("momentum", golden.parameter("m").asDouble());
    Tensor bank = golden.input("bank");
    options.put("projector", head(golden, (int) bank.size(1)));
    InstanceDiscrimination method =
        method(golden, options, new BodyBackbone(body.size(1), (int) body.size(0)));
    Recorded.load(golden, method);
    Recorded.train(
        golden,
        method,
        step -> {
          Tensor index = index(golden, "index." + step.number());
          return new Batch(List.of(golden.input("x." + step.number())), index, index);
        });
    for (String key : golden.root().required("expected").propertyNames()) {
      if (key.startsWith("net.")) {
        golden.checkEach(key, method.network().state().get(Recorded.ours(key)));
      }
    }
    golden.checkEach("bank", method.state().get("bank"));
  }

  private static Map<String, Object> head(Golden golden, int width) {
    boolean linear = golden.hasInput("net.linear.weight");
    return Map.of(
        "head",
        linear ? "linear" : "mlp",
        "batch_norm",
        golden.hasInput("net.linear.1.running_mean"),
        "affine",
        golden.hasInput("net.linear.1.weight"),
        "output",
        width);
  }

  public static void propagatedInvariance(Golden golden) {
    boolean propagates =
        !golden.root().path("params").has("InvP") || golden.parameter("InvP").asBoolean();
    double weight = golden.parameter("lam_inv").asDouble();
    Map<String, Object> invariance = new HashMap<>();
    invariance.put("weight", propagates ? weight : 0);
    invariance.put("ramp", "zero");
    invariance.put("layers", golden.parameter("diffusion_layer").asInt());
    invariance.put("neighbours", golden.parameter("k").asInt());
    invariance.put("positives", golden.parameter("n_pos").asInt());
    invariance.put("hard_positives", golden.parameter("hard_pos").asBoolean());
    invariance.put("exclude", exclude(golden));
    Map<String, Object> options = options(golden);
    options.put("loss", "hard-neg");
    options.put("invariance", invariance);
    InstanceDiscrimination method = method(golden, options);
    method.state().get("neigh").copy_(index(golden, "neigh"));
    Tensor output = golden.input("output").requiresGrad_(true);
    Loss loss = method.compare(embeddings(golden, output), step(0));
    loss.total().backward();
    golden.checkEach("loss_a", loss.terms().get("hard_neg"));
    Tensor second = loss.terms().get("invariance");
    golden.checkEach("loss_b", propagates ? second.div(weight) : second);
    golden.checkEach("grad.output", output.grad());
    if (golden.expects("propagated")) {
      Tensor reached =
          InvariancePropagation.propagate(
              index(golden, "neigh"),
              index(golden, "index"),
              golden.parameter("diffusion_layer").asInt());
      golden.checkEach("propagated", reached);
    }
    if (golden.expects("total")) {
      golden.checkEach("total", loss.total());
    }
    method.update(step(0));
    if (golden.expects("neigh_after")) {
      golden.checkEach("neigh_after", method.state().get("neigh"));
    }
  }

  private static String exclude(Golden golden) {
    if (golden.root().path("params").path("exclusive_easypos").asBoolean(false)) {
      return "easy-positives";
    }
    return golden.parameter("exclusive").asBoolean() ? "self" : "none";
  }

  public static void mixedImages(Golden golden) {
    Map<String, Object> options = new HashMap<>();
    options.put("temperature", golden.parameter("t").asDouble());
    options.put("mix_weight", 1);
    Tensor output = golden.input("output").requiresGrad_(true);
    Embeddings embeddings =
        new Embeddings()
            .with("z", golden.input("output"))
            .with("index", index(golden, "index_a"))
            .with("mixed", output)
            .with("other", index(golden, "index_b"))
            .with("share", golden.input("alpha"));
    Tensor loss = method(golden, options).compare(embeddings, step(0)).terms().get("mixed");
    loss.backward();
    golden.checkEach("loss", loss);
    golden.checkEach("grad.output", output.grad());
  }

  public static void setsOfReachedImages(Golden golden) {
    Tensor points = Golden.tensor(golden.parameter("points")).to(DType.INT64);
    JsonNode layers = golden.expected("sorted_set_by_diffusion_layer");
    for (String layer : layers.propertyNames()) {
      Tensor reached =
          InvariancePropagation.propagate(index(golden, "neigh"), points, Integer.parseInt(layer));
      for (int point = 0; point < points.numel(); point++) {
        TreeSet<Long> set = new TreeSet<>();
        LongStream.of(reached.select(0, point).toLongArray()).forEach(set::add);
        List<Long> expected = new ArrayList<>();
        layers.required(layer).get(point).forEach(image -> expected.add(image.asLong()));
        assertThat(set).as("%s %s[%d]", golden, layer, point).containsExactlyElementsOf(expected);
      }
    }
  }

  public static void rampsOfAWeight(Golden golden) {
    double[] epochs = Golden.tensor(golden.rawInput("epochs")).toDoubleArray();
    int length = golden.parameter("end_epoch").asInt();
    double steepness = golden.parameter("weight").asDouble();
    for (RampUp ramp : List.of(RampUp.BINARY, RampUp.GAUSSIAN)) {
      double[] parts = new double[epochs.length];
      for (int i = 0; i < parts.length; i++) {
        parts[i] = ramp.at((int) epochs[i], length, steepness);
      }
      String key = ramp == RampUp.BINARY ? "binary" : "gaussian";
      golden.checkEach(key, Tensor.of(parts, parts.length));
    }
  }

  private static Map<String, Object> options(Golden golden) {
    JsonNode params = golden.root().required("params");
    Map<String, Object> options = new HashMap<>();
    if (params.has("loss")) {
      options.put("loss", LOSSES.get(params.required("loss").asString()));
    }
    if (params.has("t")) {
      boolean target = options.getOrDefault("loss", "").toString().endsWith("entropy");
      options.put(target ? "entropy" : "temperature", params.required("t").asDouble());
    }
    if (params.has("n_background")) {
      options.put("background", params.required("n_background").asInt());
    }
    if (params.has("n_potential_positive")) {
      options.put("potential_positives", params.required("n_potential_positive").asInt());
    }
    return options;
  }

  private static InstanceDiscrimination method(Golden golden, Map<String, Object> options) {
    options.put("projector", Map.of("output", (int) golden.input("bank").size(1)));
    return method(golden, options, new BodyBackbone(1, 1));
  }

  private static InstanceDiscrimination method(
      Golden golden, Map<String, Object> options, BodyBackbone encoder) {
    Tensor bank = golden.input("bank");
    InstanceDiscrimination method =
        new InstanceDiscrimination(
            Options.defaults(InstanceDiscrimination.Settings.class, options),
            encoder,
            new MethodContext(bank.size(0), 0, 0));
    method.memory().to(DType.FLOAT64);
    method.state().get("bank").copy_(bank);
    return method;
  }

  private static Embeddings embeddings(Golden golden, Tensor output) {
    return new Embeddings().with("z", output).with("index", index(golden, "index"));
  }

  private static Tensor index(Golden golden, String key) {
    return golden.input(key).to(DType.INT64);
  }

  private static Step step(long number) {
    return new Step(number, 10, 10);
  }
}
