package io.diptych.optim;

import static org.assertj.core.api.Assertions.assertThat;

import io.diptych.Golden;
import io.diptych.option.Choice;
import io.diptych.option.Options;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/** Checks of recorded learning rates. A curve of epochs is laid over epochs of one step. */
public final class ScheduleGoldens {
  private ScheduleGoldens() {}

  /** Milestones or half a cosine, a rate for each epoch from 0. */
  public static void ofInstanceDiscrimination(Golden golden) {
    int epochs = golden.parameter("max_epoch").asInt();
    Schedule schedule =
        golden.parameter("cos").asBoolean()
            ? ofEpochs("cosine", number(golden, "lr"), epochs, Map.of("every", "epoch"))
            : milestones(
                number(golden, "lr"),
                list(golden, "lr_decay_steps"),
                number(golden, "lr_decay_rate"),
                epochs);
    near(golden, "lr_per_epoch", inputs(golden, "epochs", 0), schedule);
  }

  /** Milestones of epochs that count from 1 and fall after the milestone. */
  public static void ofLinearEvaluation(Golden golden) {
    Schedule schedule =
        milestones(
            number(golden, "learning_rate"),
            list(golden, "lr_decay_epochs"),
            number(golden, "lr_decay_rate"),
            golden.parameter("epochs").asInt());
    near(golden, "lr_per_epoch", inputs(golden, "epochs", -1), schedule);
  }

  /** Milestones that act an epoch late, and a head that starts at ten times its rate. */
  public static void ofFineTuning(Golden golden) {
    double lr = number(golden, "lr");
    int epochs = golden.parameter("max_epoch").asInt();
    List<Integer> late =
        list(golden, "lr_decay_steps").stream().map(milestone -> milestone + 1).toList();
    List<Integer> head = new ArrayList<>(List.of(1));
    head.addAll(late);
    long[] at = inputs(golden, "epochs", 0);
    near(golden, "backbone_lr_per_epoch", at, milestones(lr, late, 0.1, epochs));
    near(golden, "classifier_lr_per_epoch", at, milestones(50 * lr, head, 0.1, epochs));
  }

  /** Half the rate after every so many iterations. */
  public static void ofVoc(Golden golden) {
    Schedule schedule =
        ofEpochs(
            "step",
            number(golden, "lr"),
            80_000,
            Map.of("size_epochs", number(golden, "stepsize"), "gamma", 0.5));
    near(golden, "lr_at_iteration", inputs(golden, "iterations", 0), schedule);
  }

  /** A cosine that is an epoch ahead of the run. */
  public static void cosineOfSmallImages(Golden golden) {
    Schedule schedule =
        ofSteps(
            golden,
            "cosine",
            number(golden, "lr"),
            "steps_per_epoch",
            Map.of(
                "warmup_epochs",
                number(golden, "warmup_epochs"),
                "warmup",
                Map.of("ramp", "below-end"),
                "final_lr",
                0.001,
                "scale_lr",
                true,
                "ahead_epochs",
                number(golden, "first_step_index") / number(golden, "steps_per_epoch")));
    near(golden, "lr_per_iteration", schedule);
  }

  /** Milestones before the end, and the rate that is logged after an epoch: that of the next. */
  public static void stepsOfSmallImages(Golden golden) {
    int epochs = golden.parameter("epochs").asInt();
    List<Integer> fromTheEnd =
        list(golden, "milestones").stream().map(milestone -> milestone - epochs).toList();
    Schedule schedule =
        milestones(number(golden, "base_lr"), fromTheEnd, number(golden, "gamma"), epochs);
    near(golden, "lr_used_in_epoch", schedule);
    near(golden, "lr_logged_after_epoch", step -> schedule.at(step + 1));
  }

  /** Rates of weights and biases; the scale of the regulariser is the method's. */
  public static void ofImageNet(Golden golden) {
    for (String kind : List.of("lr_weights", "lr_biases")) {
      Schedule schedule =
          ofSteps(
              golden,
              "cosine",
              number(golden, kind),
              "steps_per_epoch",
              Map.of(
                  "warmup_epochs",
                  number(golden, "warmup_epochs"),
                  "warmup",
                  Map.of("ramp", "below-end"),
                  "final_lr",
                  0.001,
                  "scale_lr",
                  true));
      near(golden, kind, schedule);
    }
  }

  /** Rates of the evaluations of Mixed Barlow Twins, one or two groups of parameters. */
  public static void ofMixedEvaluation(Golden golden) {
    int epochs = golden.parameter("epochs").asInt();
    double[] used = Golden.tensor(golden.expected("lr_used_in_epoch")).toDoubleArray();
    int groups = used.length / epochs;
    for (int group = 0; group < groups; group++) {
      int first = group;
      double base = used[group];
      Schedule schedule =
          switch (golden.parameter("schedule").asString()) {
            case "imagenet_cosine" -> ofEpochs("cosine", base, epochs, Map.of("every", "epoch"));
            case "linear_exponential" ->
                ofEpochs("exponential", base, epochs, Map.of("final_lr", 1e-6 / 1e-2));
            case "transfer_multistep" -> milestones(base, List.of(60, 80), 0.1, epochs);
            default -> throw new IllegalArgumentException(golden.toString());
          };
      double[] ours = new double[epochs];
      for (int epoch = 0; epoch < epochs; epoch++) {
        ours[epoch] = schedule.at(epoch);
      }
      compare(golden, "lr", each(used, first, groups), ours);
      compare(
          golden,
          "lr_final",
          new double[] {Golden.tensor(golden.expected("lr_final")).toDoubleArray()[group]},
          new double[] {schedule.at(epochs)});
    }
  }

  /** A warm-up of 500 steps over restarts, milestones or nothing. */
  public static void ofWhitening(Golden golden) {
    double epochs = number(golden, "epochs");
    double perEpoch = number(golden, "iterations_per_epoch");
    Map<String, Object> options = new HashMap<>();
    options.put("warmup_epochs", golden.parameter("warmup").asBoolean() ? 500 / perEpoch : 0);
    String name =
        switch (golden.parameter("lr_step").asString()) {
          case "none" -> "constant";
          case "step" -> {
            options.put(
                "milestones", list(golden, "drop").stream().map(before -> -before).toList());
            options.put("gamma", number(golden, "drop_gamma"));
            options.put("count_hidden", false);
            yield "multi_step";
          }
          case "cos" -> {
            JsonNode period = golden.parameter("T0");
            options.put("period_epochs", period.isNull() ? epochs : period.asDouble());
            options.put("period_factor", number(golden, "Tmult"));
            options.put("final_lr", number(golden, "eta_min") / number(golden, "lr"));
            options.put("lag_steps", 1);
            yield "cosine_restarts";
          }
          default -> throw new IllegalArgumentException(golden.toString());
        };
    near(
        golden,
        "lr_per_iteration",
        ofSteps(golden, name, number(golden, "lr"), "iterations_per_epoch", options));
  }

  /** Cosine or milestones for epochs from 1, under a warm-up of each step from 0.01. */
  public static void ofSelfCon(Golden golden) {
    double lr = number(golden, "learning_rate");
    boolean cosine = golden.parameter("cosine").asBoolean();
    boolean warm = false;
    for (JsonNode argument : golden.parameter("argv")) {
      warm |= argument.asString().equals("--warm");
    }
    warm |=
        !golden.parameter("program").asString().equals("linear")
            && golden.parameter("batch_size").asInt() >= 1024;
    assertThat(golden.expected("warm").asBoolean()).isEqualTo(warm);
    Map<String, Object> options = new HashMap<>();
    if (warm) {
      options.put("warmup_epochs", 10);
      options.put(
          "warmup",
          Map.of("start", 0.01 / lr, "ramp", "below-end", "target", cosine ? "curve" : "base"));
    }
    double gamma = number(golden, "lr_decay_rate");
    if (cosine) {
      options.putAll(
          Map.of("final_lr", Math.pow(gamma, 3), "spans", "run", "every", "epoch", "point", "end"));
    } else {
      options.put("milestones", list(golden, "lr_decay_epochs"));
      options.put("gamma", gamma);
    }
    Schedule schedule =
        ofSteps(golden, cosine ? "cosine" : "multi_step", lr, "batches_per_epoch", options);
    boolean all = golden.expects("lr_by_epoch_and_step");
    JsonNode epochs =
        golden.expected(all ? "lr_by_epoch_and_step" : "lr_first_and_last_step_by_epoch");
    long perEpoch = golden.parameter("batches_per_epoch").asLong();
    assertThat(epochs).hasSize(golden.parameter("epochs").asInt());
    for (int epoch = 0; epoch < epochs.size(); epoch++) {
      double[] ours = new double[epochs.get(epoch).size()];
      for (int i = 0; i < ours.length; i++) {
        ours[i] = schedule.at(epoch * perEpoch + (all || i == 0 ? i : perEpoch - 1));
      }
      compare(golden, "lr of epoch " + epoch, array(epochs.get(epoch)), ours);
    }
  }

  /** The schedules of CorInfoMax by their names there, which change with each epoch. */
  public static void ofCorInfoMax(Golden golden) {
    if (golden.hasInput("epoch_loss")) {
      plateau(golden);
    } else {
      boolean linear = golden.root().required("params").has("lin_scheduler");
      String prefix = linear ? "lin_" : "";
      int epochs = golden.parameter(prefix + "epochs").asInt();
      Schedule schedule =
          corInfoMax(
              golden,
              prefix,
              golden.parameter(linear ? "lin_scheduler" : "pre_scheduler").asString(),
              epochs);
      near(golden, "lr_used_in_epoch", schedule);
      if (golden.expects("lr_after_last_step")) {
        compare(
            golden,
            "lr_after_last_step",
            new double[] {golden.expected("lr_after_last_step").asDouble()},
            new double[] {schedule.at(epochs)});
      }
    }
  }

  private static Schedule corInfoMax(Golden golden, String prefix, String name, int epochs) {
    double lr = number(golden, prefix + "learning_rate");
    double low = number(golden, prefix + "min_lr") / lr;
    switch (name) {
      case "lin_warmup_cos":
        // The reference takes the options of pretraining for the linear evaluation, too.
        return ofEpochs(
            "cosine",
            lr,
            epochs,
            Map.of(
                "warmup_epochs",
                number(golden, "warmup_epochs"),
                "warmup",
                Map.of(
                    "start",
                    number(golden, "warmup_start_lr") / lr,
                    "ramp",
                    "full",
                    "every",
                    "epoch"),
                "final_lr",
                low,
                "every",
                "epoch"));
      case "cos":
        return ofEpochs("cosine", lr, epochs, Map.of("final_lr", low, "every", "epoch"));
      case "cos_warm_res":
        return ofEpochs(
            "cosine_restarts",
            lr,
            epochs,
            Map.of("period_epochs", number(golden, prefix + "step_size"), "every", "epoch"));
      case "step":
        return ofEpochs(
            "step",
            lr,
            epochs,
            Map.of(
                "size_epochs",
                number(golden, prefix + "step_size"),
                "gamma",
                number(golden, prefix + "step_gamma")));
      case "multi_step":
        return milestones(
            lr, list(golden, prefix + "step_list"), number(golden, prefix + "step_gamma"), epochs);
      case "None":
        return ofEpochs("constant", lr, epochs, Map.of());
      default:
        throw new IllegalArgumentException(golden + ": " + name);
    }
  }

  private static void plateau(Golden golden) {
    double[] losses = golden.input("epoch_loss").toDoubleArray();
    Schedule schedule =
        ofEpochs(
            "plateau",
            number(golden, "lr"),
            losses.length,
            Map.of(
                "factor",
                number(golden, "factor"),
                "patience",
                golden.parameter("patience").asInt(),
                "threshold",
                number(golden, "threshold")));
    double[] ours = new double[losses.length];
    for (int epoch = 0; epoch < losses.length; epoch++) {
      ours[epoch] = schedule.at(epoch);
      schedule.epochEnded(losses[epoch]);
    }
    compare(
        golden,
        "lr_used_in_epoch",
        Golden.tensor(golden.expected("lr_used_in_epoch")).toDoubleArray(),
        ours);
  }

  private static Schedule milestones(double lr, List<Integer> at, double gamma, int epochs) {
    return ofEpochs("multi_step", lr, epochs, Map.of("milestones", at, "gamma", gamma));
  }

  private static Schedule ofEpochs(
      String name, double lr, int epochs, Map<String, Object> options) {
    return schedule(name, options, lr, 256, 1, epochs);
  }

  private static Schedule ofSteps(
      Golden golden, String name, double lr, String perEpochKey, Map<String, Object> options) {
    long perEpoch = golden.parameter(perEpochKey).asLong();
    int batch = golden.root().required("params").path("batch_size").asInt(256);
    return schedule(
        name, options, lr, batch, perEpoch, perEpoch * golden.parameter("epochs").asLong());
  }

  private static Schedule schedule(
      String name, Map<String, Object> options, double lr, int batch, long perEpoch, long steps) {
    Class<? extends Record> type = Optimizers.SCHEDULES.members().get(name);
    Choice choice = new Choice(name, Options.defaults(type, options));
    return Optimizers.schedule(choice, lr, batch, perEpoch, steps);
  }

  private static void near(Golden golden, String key, Schedule schedule) {
    long[] at = new long[array(golden.expected(key)).length];
    Arrays.setAll(at, i -> i);
    near(golden, key, at, schedule);
  }

  private static void near(Golden golden, String key, long[] at, Schedule schedule) {
    double[] ours = Arrays.stream(at).mapToDouble(schedule::at).toArray();
    compare(golden, key, array(golden.expected(key)), ours);
  }

  private static void compare(Golden golden, String what, double[] expected, double[] ours) {
    double tolerance = golden.root().required("tolerance").asDouble();
    assertThat(ours).as("%s %s", golden, what).hasSameSizeAs(expected).isNotEmpty();
    for (int i = 0; i < ours.length; i++) {
      assertThat(Math.abs(ours[i] - expected[i]))
          .as("%s %s[%d]: %s, expected %s", golden, what, i, ours[i], expected[i])
          .isLessThanOrEqualTo(tolerance * Math.max(1, Math.abs(expected[i])));
      // Rates are small: they agree relative to themselves as well.
      assertThat(Math.abs(ours[i] - expected[i]))
          .as("%s %s[%d]: %s, expected %s", golden, what, i, ours[i], expected[i])
          .isLessThanOrEqualTo(1e-9 * Math.abs(expected[i]) + 1e-15);
    }
  }

  private static double[] each(double[] values, int first, int distance) {
    double[] some = new double[values.length / distance];
    Arrays.setAll(some, i -> values[first + i * distance]);
    return some;
  }

  private static double[] array(JsonNode node) {
    return Golden.tensor(node).toDoubleArray();
  }

  private static long[] inputs(Golden golden, String key, int shift) {
    return StreamSupport.stream(golden.rawInput(key).spliterator(), false)
        .mapToLong(node -> node.asLong() + shift)
        .toArray();
  }

  /** Returns whole numbers, written as a list of numbers or texts, or with commas. */
  private static List<Integer> list(Golden golden, String key) {
    JsonNode node = golden.parameter(key);
    if (node.isString()) {
      return Arrays.stream(node.asString().split(",", -1)).map(Integer::valueOf).toList();
    }
    return StreamSupport.stream(node.spliterator(), false)
        .map(each -> Integer.valueOf(each.asString()))
        .toList();
  }

  private static double number(Golden golden, String key) {
    return golden.parameter(key).asDouble();
  }
}
