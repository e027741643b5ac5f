package io.diptych.optim;

import static org.assertj.core.api.Assertions.assertThat;

import io.diptych.Golden;
import io.diptych.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/** Checks of recorded steps of optimisers. */
public final class OptimizerGoldens {
  private OptimizerGoldens() {}

  /** Steps of LARS whose momentum is free of the rate; biases have a rate of their own. */
  public static void larsOfBarlowTwins(Golden golden) {
    Map<String, Tensor> parameters = new TreeMap<>();
    for (int i = 0; golden.hasInput("param" + i); i++) {
      parameters.put(Integer.toString(i), trainable(golden.input("param" + i)));
    }
    Lars.Settings settings =
        lars(
            golden,
            number(golden, "weight_decay"),
            Lars.Form.NORM_OF_SUM,
            !golden.parameter("weight_decay_filter").asBoolean(),
            !golden.parameter("lars_adaptation_filter").asBoolean());
    List<Lars> groups = new ArrayList<>();
    groups.add(new Lars(settings, some(parameters, name -> parameters.get(name).rank() > 1)));
    groups.add(new Lars(settings, some(parameters, name -> parameters.get(name).rank() == 1)));
    for (int step = 0; step < golden.parameter("steps").asInt(); step++) {
      String prefix = "step" + step + ".";
      parameters.forEach((name, p) -> give(p, golden.input(prefix + "grad" + name)));
      for (int group = 0; group < 2; group++) {
        groups
            .get(group)
            .step(golden.parameter("lr_per_step_weights_biases").get(step).get(group).asDouble());
      }
      parameters.forEach((name, p) -> golden.checkMaxRelative(prefix + "param" + name, p));
      groups.forEach(
          lars ->
              lars.state()
                  .forEach(
                      (name, mu) ->
                          golden.checkMaxRelative(prefix + name.replace("momentum.", "mu"), mu)));
    }
  }

  /** Steps of LARS whose momentum includes the rate, with a decay of each step. */
  public static void larsOfTwist(Golden golden) {
    Map<String, Tensor> parameters = parameters(golden);
    Predicate<String> excluded = excluded(golden, "group1_excluded_from_adaptation", parameters);
    double decay = number(golden, "weight_decay_group1");
    List<Optimizer> groups =
        List.of(
            new Lars(
                lars(golden, 0, Lars.Form.SUM_OF_NORMS, false, false),
                some(parameters, excluded.negate())),
            new Lars(
                lars(golden, decay, Lars.Form.SUM_OF_NORMS, true, false),
                some(parameters, excluded)));
    stepsOfTwist(golden, parameters, groups, List.of());
  }

  /** Steps of AdamW with a decay of each step, a bound on the gradient and a moving average. */
  public static void adamWOfTwist(Golden golden) {
    Map<String, Tensor> parameters = parameters(golden);
    Map<String, Tensor> average = new LinkedHashMap<>();
    parameters.forEach((name, p) -> average.put(name, p.detach().copy()));
    MovingAverage follower = new MovingAverage(average, parameters);
    Predicate<String> excluded = excluded(golden, "group1", parameters);
    JsonNode betas = golden.parameter("betas");
    AdamW.Settings settings =
        new AdamW.Settings(
            1,
            betas.get(0).asDouble(),
            betas.get(1).asDouble(),
            number(golden, "eps"),
            number(golden, "weight_decay_group1"),
            true);
    List<Optimizer> groups =
        List.of(
            new AdamW(settings, some(parameters, excluded.negate())),
            new AdamW(settings, some(parameters, excluded)));
    JsonNode momenta = golden.parameter("momentum_schedule");
    List<Each> after =
        List.of(
            (step, expected) -> {
              follower.update(momenta.get(step).asDouble());
              average.forEach((name, value) -> check(golden, expected, "ema", name, value));
            });
    stepsOfTwist(golden, parameters, groups, after);
  }

  /** Steps of SGD over one parameter. */
  public static void ofSelfCon(Golden golden) {
    assertThat(golden.parameter("optimizer").asString()).isEqualTo("sgd");
    Map<String, Tensor> parameters = Map.of("p", trainable(golden.input("parameter")));
    Sgd sgd =
        new Sgd(
            new Sgd.Settings(
                1,
                number(golden, "momentum"),
                number(golden, "weight_decay"),
                number(golden, "dampening"),
                golden.parameter("nesterov").asBoolean(),
                true),
            parameters);
    JsonNode rates = golden.parameter("lr_by_step");
    Tensor parameter = parameters.get("p");
    for (int step = 0; step < rates.size(); step++) {
      give(parameter, Golden.tensor(golden.rawInput("gradients").get(step)));
      sgd.step(rates.get(step).asDouble());
      near(golden, Golden.tensor(golden.expected("parameter_after_step").get(step)), parameter);
    }
    if (golden.expects("momentum_buffer")) {
      near(golden, golden.expectedTensor("momentum_buffer"), sgd.state().get("momentum.p"));
    }
  }

  /** Steps of SGD, Adam or AdamW over a weight and a bias, which decay alike. */
  public static void ofCorInfoMax(Golden golden) {
    Map<String, Tensor> parameters = new LinkedHashMap<>();
    for (String name : List.of("weight", "bias")) {
      parameters.put(name, trainable(golden.input(name + "0")));
    }
    double decay = number(golden, "weight_decay");
    double momentum = number(golden, "momentum");
    String name = golden.parameter("optimizer").asString();
    OptimizerSettings settings =
        switch (name) {
          case "SGD" -> new Sgd.Settings(1, momentum, decay, 0, false, true);
          case "Adam" -> new Adam.Settings(1, 0.9, 0.999, 1e-8, 0, true);
          case "AdamW" -> new AdamW.Settings(1, 0.9, 0.999, 1e-8, decay, true);
          default -> throw new IllegalArgumentException(name);
        };
    Optimizer optimizer = settings.create(parameters);
    JsonNode rates = golden.parameter("lr_per_step");
    for (int step = 0; step < rates.size(); step++) {
      String prefix = "step" + step + ".";
      parameters.forEach((key, p) -> give(p, golden.input(prefix + "grad." + key)));
      optimizer.step(rates.get(step).asDouble());
      parameters.forEach((key, p) -> golden.checkEach(prefix + key, p));
    }
  }

  private interface Each {
    void after(int step, JsonNode expected);
  }

  private static void stepsOfTwist(
      Golden golden, Map<String, Tensor> parameters, List<Optimizer> groups, List<Each> after) {
    boolean single = golden.hasInput("grad");
    int steps = single ? 1 : golden.rawInput("grads_per_step").size();
    for (int step = 0; step < steps; step++) {
      JsonNode gradients =
          single ? golden.rawInput("grad") : golden.rawInput("grads_per_step").get(step);
      JsonNode expected =
          single ? golden.root().required("expected") : golden.expected("after_step").get(step);
      parameters.forEach(
          (name, p) -> {
            p.clearGrad();
            if (gradients.hasNonNull(name)) {
              give(p, Golden.tensor(gradients.get(name)));
            }
          });
      double clip = golden.root().path("params").path("clip_norm").asDouble(0);
      if (clip > 0) {
        Tensor norm = GradientClip.clip(parameters.values(), clip);
        near(golden, Golden.tensor(expected.required("grad_norm_before_clip")), norm);
      }
      double rate = at(golden, "lr", step);
      groups.get(0).step(rate, at(golden, "weight_decay_group0", step));
      groups.get(1).step(rate);
      JsonNode values = single ? expected : expected.required("params");
      parameters.forEach(
          (name, p) -> near(golden, Golden.tensor(values.required(name)), p.detach()));
      for (Optimizer group : groups) {
        group
            .state()
            .forEach(
                (name, tensor) -> {
                  if (name.startsWith("momentum.")) {
                    check(golden, expected, "momentum", name.substring(9), tensor);
                  }
                });
      }
      for (Each each : after) {
        each.after(step, expected);
      }
    }
  }

  private static void check(
      Golden golden, JsonNode expected, String kind, String name, Tensor actual) {
    JsonNode node = expected.path(kind).path(name);
    if (!node.isMissingNode() && !node.isNull()) {
      near(golden, Golden.tensor(node), actual);
    }
  }

  private static void near(Golden golden, Tensor expected, Tensor actual) {
    double[] wanted = expected.toDoubleArray();
    double[] got = actual.toDoubleArray();
    double tolerance = golden.root().required("tolerance").asDouble();
    assertThat(got).hasSameSizeAs(wanted);
    for (int i = 0; i < wanted.length; i++) {
      assertThat(Math.abs(got[i] - wanted[i]))
          .as("%s: %s, expected %s", golden, got[i], wanted[i])
          .isLessThanOrEqualTo(tolerance * Math.max(1, Math.abs(wanted[i])));
    }
  }

  private static Lars.Settings lars(
      Golden golden, double decay, Lars.Form form, boolean decayAll, boolean adaptAll) {
    JsonNode parameters = golden.root().required("params");
    return new Lars.Settings(
        1,
        number(golden, "momentum"),
        decay,
        number(golden, "eta"),
        form,
        parameters.path("dampening").asDouble(0),
        parameters.path("nesterov").asBoolean(false),
        1,
        decayAll,
        adaptAll,
        false);
  }

  private static Map<String, Tensor> parameters(Golden golden) {
    Map<String, Tensor> parameters = new LinkedHashMap<>();
    golden
        .rawInput("init")
        .properties()
        .forEach(
            entry -> parameters.put(entry.getKey(), trainable(Golden.tensor(entry.getValue()))));
    return parameters;
  }

  /** Returns the parameters named as excluded, once it is clear that ours are the same. */
  private static Predicate<String> excluded(
      Golden golden, String key, Map<String, Tensor> parameters) {
    JsonNode names = golden.root().required("params").path(key);
    if (names.isArray()) {
      List<String> wanted = new ArrayList<>();
      names.forEach(name -> wanted.add(name.asString()));
      assertThat(some(parameters, name -> Parameters.isVector(name, parameters.get(name))).keySet())
          .containsExactlyInAnyOrderElementsOf(wanted);
    }
    return name -> Parameters.isVector(name, parameters.get(name));
  }

  /** Returns the names of the parameters that usually neither decay nor adapt. */
  public static List<String> vectors(Map<String, Tensor> parameters) {
    return List.copyOf(
        some(parameters, name -> Parameters.isVector(name, parameters.get(name))).keySet());
  }

  private static Map<String, Tensor> some(
      Map<String, Tensor> parameters, Predicate<String> selected) {
    Map<String, Tensor> some = new LinkedHashMap<>(parameters);
    some.keySet().removeIf(selected.negate());
    return some;
  }

  private static double at(Golden golden, String key, int step) {
    JsonNode node = golden.parameter(key);
    return node.isArray() ? node.get(step).asDouble() : node.asDouble();
  }

  private static double number(Golden golden, String key) {
    return golden.parameter(key).asDouble();
  }

  private static Tensor trainable(Tensor value) {
    return value.copy().requiresGrad_(true);
  }

  private static void give(Tensor parameter, Tensor gradient) {
    parameter.clearGrad();
    parameter.mul(gradient).sum().backward();
  }
}
