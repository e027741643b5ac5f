package io.diptych.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.diptych.Golden;
import io.diptych.optim.Optimizers;
import io.diptych.optim.Schedule;
import io.diptych.option.Choice;
import io.diptych.option.Families;
import io.diptych.option.Options;
import io.diptych.option.Yaml;
import io.diptych.tensor.DType;
import io.diptych.tensor.Tensor;
import io.diptych.view.ViewOptions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tools.jackson.databind.JsonNode;

/** What fine-tuning and transfer do to rates and weights, against recorded ones. */
public final class FineTuneGoldens {
  private static final Families FAMILIES =
      Families.of(Optimizers.FAMILY, Optimizers.SCHEDULES, ViewOptions.AUGMENTATIONS);

  private FineTuneGoldens() {}

  /** Recorded gradients of a classifier and its backbone, at rates of their own. */
  public static void twoRates(Golden golden) {
    boolean frozen = golden.parameter("frozen_backbone").asBoolean();
    String sgd =
        ", momentum: "
            + golden.parameter("momentum").asString()
            + ", weight_decay: "
            + golden.parameter("weight_decay").asString()
            + ", decay_all: true}}";
    FineTuneSettings settings =
        settings(
            "{weights: "
                + (frozen ? "freeze" : "finetune")
                + ", epochs: "
                + golden.parameter("epochs").asString()
                + ", head: {optimizer: {lr: "
                + golden.parameter("lr_classifier").asString()
                + sgd
                + ", backbone: {optimizer: {lr: "
                + golden.parameter("lr_backbone").asString()
                + sgd
                + "}");
    Map<String, Tensor> values = new LinkedHashMap<>();
    for (String part : List.of("fc", "backbone")) {
      values.put(part, golden.input(part + ".init").requiresGrad_(true));
    }
    int perEpoch = golden.parameter("iters_per_epoch").asInt();
    List<Descent.Part> parts =
        settings.parts(
            Map.of("fc", value(values, "fc")),
            Map.of("backbone", value(values, "backbone")),
            perEpoch);
    Descent descent = new Descent(parts);
    JsonNode gradients = golden.rawInput("grads_per_step");
    for (int step = 0; step < settings.epochs() * perEpoch; step++) {
      Tensor loss = Tensor.of(new double[] {0}, 1).sum();
      for (Map.Entry<String, Tensor> value : values.entrySet()) {
        value.getValue().clearGrad();
        Tensor gradient = Golden.tensor(gradients.get(step).required(value.getKey()));
        loss = loss.add(value.getValue().mul(gradient).sum());
      }
      List<Double> rates = new ArrayList<>();
      for (Descent.Part part : parts) {
        rates.add(part.schedule().at(step));
      }
      near(golden, golden.expected("lr_per_epoch").get(step / perEpoch), rates);
      descent.step(loss);
    }
    golden.checkEach("fc", value(values, "fc").detach());
    golden.checkEach("backbone", value(values, "backbone").detach());
  }

  /** Rates of encoder and head that fall in steps of their own. */
  public static void semiSupervised(Golden golden) {
    StringBuilder yaml = new StringBuilder("{epochs: " + golden.parameter("epochs").asString());
    for (String part : List.of("head", "backbone")) {
      yaml.append(", ").append(part).append(": {optimizer: {lr: ");
      yaml.append(golden.parameter("lr_" + part).asString());
      yaml.append("}, schedule: {name: step, size_epochs: ");
      yaml.append(golden.parameter("step_size").asString()).append(", gamma: ");
      yaml.append(golden.parameter("gamma_" + part).asString()).append("}}");
    }
    List<Descent.Part> parts = settings(yaml + "}").parts(Map.of(), Map.of(), 1);
    near(golden, golden.expected("lr_head"), rates(golden, parts.get(0).schedule()));
    near(golden, golden.expected("lr_backbone"), rates(golden, parts.get(1).schedule()));
  }

  /** The rates of transfer as it is without settings. */
  public static void transfer(Golden golden) {
    LinearSgd.Settings settings = bind(TransferSettings.class, "{}").linearSgd();
    assertThat(settings.epochs()).isEqualTo(golden.parameter("epochs").asInt());
    Choice optimizer = settings.optimizer();
    Schedule schedule =
        Optimizers.schedule(
            settings.schedule(),
            Optimizers.settings(optimizer).lr(),
            settings.batchSize(),
            1,
            settings.epochs());
    near(golden, golden.expected("lr_used_in_epoch"), rates(golden, schedule));
  }

  private static List<Double> rates(Golden golden, Schedule schedule) {
    List<Double> rates = new ArrayList<>();
    for (int epoch = 0; epoch < golden.parameter("epochs").asInt(); epoch++) {
      rates.add(schedule.at(epoch));
    }
    return rates;
  }

  private static void near(Golden golden, JsonNode expected, List<Double> rates) {
    double[] wanted = Golden.tensor(expected).to(DType.FLOAT64).toDoubleArray();
    assertThat(rates).as("%s", golden).hasSize(wanted.length);
    for (int i = 0; i < wanted.length; i++) {
      assertThat(Math.abs(rates.get(i) - wanted[i]))
          .as("%s, rate %d: %s, expected %s", golden, i, rates.get(i), wanted[i])
          .isLessThanOrEqualTo(1e-9 * Math.abs(wanted[i]) + 1e-15);
    }
  }

  private static Tensor value(Map<String, Tensor> values, String name) {
    return Objects.requireNonNull(values.get(name));
  }

  private static FineTuneSettings settings(String yaml) {
    return bind(FineTuneSettings.class, yaml);
  }

  private static <R extends Record> R bind(Class<R> type, String yaml) {
    return Options.bind(type, Yaml.read(yaml.getBytes(StandardCharsets.UTF_8), "test"), FAMILIES);
  }
}
