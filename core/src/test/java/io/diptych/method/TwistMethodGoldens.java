package io.diptych.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.diptych.Golden;
import io.diptych.nn.BatchNorm;
import io.diptych.nn.Initializer;
import io.diptych.objective.TwinClasses;
import io.diptych.objective.TwinClassesGoldens;
import io.diptych.optim.CosineRamp;
import io.diptych.optim.TwoStageCosineSchedule;
import io.diptych.option.Options;
import io.diptych.tensor.Autograd;
import io.diptych.tensor.DType;
import io.diptych.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import tools.jackson.databind.JsonNode;

/** Head, schedules and defaults of TWIST against what was recorded. */
public final class TwistMethodGoldens {
  private static final Map<String, String> STYLES =
      Map.of("sparse", "SPARSE", "self_label", "SELF_LABEL");

  private TwistMethodGoldens() {}

  public static void ofTheLastNormAndTheLoss(Golden golden) {
    Tensor f = golden.input("f").requiresGrad_(true);
    BatchNorm norm = new BatchNorm(f.size(1), false, Initializer.constant(1));
    norm.to(DType.FLOAT64);
    Map<String, Tensor> state = norm.state();
    state.get("running_mean").fill_(golden.parameter("initial_running_mean").asDouble());
    state.get("running_var").fill_(golden.parameter("initial_running_var").asDouble());
    Tensor ft = norm.forward(f);
    TwinClasses.Terms terms =
        TwinClasses.ofPairs(
            TwinClassesGoldens.views(golden, ft),
            golden.parameter("tau").asDouble(),
            golden.parameter("EPS").asDouble());
    Tensor loss = TwinClassesGoldens.total(golden, terms);
    loss.backward();
    golden.checkEach("ft", ft);
    golden.checkEach("loss", loss);
    golden.checkEach("grad.f", f.grad());
    golden.checkEach("running_mean", state.get("running_mean"));
    golden.checkEach("running_var", state.get("running_var"));
    golden.checkEach("f_column_std", Twist.columnStd(f));
    golden.checkEach("f_row_std", Twist.columnStd(f.t()));
    golden.checkEach("ft_column_std", Twist.columnStd(ft));
    golden.checkEach("ft_row_std", Twist.columnStd(ft.t()));
  }

  public static void ofTheHead(Golden golden) {
    TwistNetwork.Head head =
        new TwistNetwork.Head(
            (int) golden.input("x").size(1),
            new Twist.Projector(
                golden.parameter("hid_dim").asInt(),
                golden.parameter("dim").asInt(),
                Twist.HiddenNorm.valueOf(upper(golden, "proj_norm")),
                Twist.Activation.valueOf(upper(golden, "act")),
                golden.parameter("drop").asDouble(),
                Twist.LastNorm.valueOf(upper(golden, "lbn_type")),
                false));
    head.to(DType.FLOAT64);
    head.load(tensors(golden.rawInput("state_dict")));
    Tensor x = golden.input("x").requiresGrad_(true);
    Tensor weight = golden.input("grad_weight");
    Tensor scores = head.scores(x);
    Tensor f = scores.detach().requiresGrad_(true);
    Tensor ft = head.norm.forward(f);
    ft.mul(weight).sum().backward();
    Autograd.backward(List.of(scores), List.of(f.grad()));

    golden.checkEach("train_output", ft);
    golden.checkEach("grad.x", x.grad());
    tensors(golden.expected("grad.params"))
        .forEach((name, tensor) -> close(golden, name, head.parameters().get(name).grad(), tensor));
    tensors(golden.expected("buffers_after_train"))
        .forEach((name, tensor) -> close(golden, name, head.state().get(name), tensor));
    JsonNode logged = golden.expected("logged");
    close(golden, logged, "f_column_std", Twist.columnStd(f));
    close(golden, logged, "f_row_std", Twist.columnStd(f.t()));
    close(golden, logged, "ft_column_std", Twist.columnStd(ft));
    close(golden, logged, "ft_row_std", Twist.columnStd(ft.t()));
    close(golden, logged, "gn_f", f.grad().abs().mean());
    close(golden, logged, "gn_ft", weight.abs().mean());
    head.train(false);
    golden.checkEach("eval_output_after_train", head.forward(x));
  }

  public static void ofTheSchedules(Golden golden) {
    long perEpoch = golden.parameter("iters_per_epoch").asLong();
    int epochs = golden.parameter("epochs").asInt();
    int mme = golden.parameter("mme_epochs").asInt();
    long total = perEpoch * epochs;
    TwoStageCosineSchedule schedule =
        new TwoStageCosineSchedule(
            Options.defaults(
                TwoStageCosineSchedule.Settings.class,
                Map.of(
                    "first_epochs",
                    mme,
                    "second_lr",
                    real(golden, "lr_sl"),
                    "second_warmup_epochs",
                    real(golden, "sl_warmup_epochs"))),
            real(golden, "lr"),
            golden.parameter("batch_size").asInt() * golden.parameter("world_size").asInt(),
            perEpoch,
            total);
    Twist.Settings settings =
        Options.defaults(
            Twist.Settings.class,
            Map.of(
                "mme_epochs",
                mme,
                "momentum_start",
                real(golden, "momentum_start"),
                "momentum_end",
                real(golden, "momentum_end"),
                "self_labelling",
                Map.of(
                    "quantile",
                    real(golden, "quantile"),
                    "quantile_end",
                    real(golden, "quantile_end"))));
    long second = perEpoch * Math.min(mme, epochs);
    check(golden, "lr_group0", schedule::at);
    check(golden, "lr_group1", t -> schedule.at(t) / real(golden, "lr_wbr"));
    check(
        golden,
        "wd_group0",
        t ->
            CosineRamp.at(
                real(golden, "weight_decay"),
                real(golden, "weight_decay_end"),
                (double) t / total));
    check(golden, "momentum", t -> settings.momentum(new Step(t, total, perEpoch)));
    check(golden, "quantile", t -> settings.quantile(new Step(second + t, total, perEpoch)));
    assertThat(golden.expected("lr_group0").size()).isEqualTo((int) total);
    assertThat(golden.expected("quantile").size()).isEqualTo((int) (total - second));
    double base = golden.expected("scaled_lr").asDouble();
    assertThat(base / (schedule.at(1) * perEpoch))
        .isCloseTo(golden.expected("effective_warmup_epochs").asDouble(), within(1e-9));
  }

  public static void ofTheDefaults(Golden golden) {
    JsonNode recorded = golden.expected("defaults");
    Twist.Settings ours = Options.defaults(Twist.Settings.class);
    TwoStageCosineSchedule.Settings schedule =
        Options.defaults(TwoStageCosineSchedule.Settings.class);
    Map<String, Object> expected = new LinkedHashMap<>();
    expected.put("lam1", ours.lam1());
    expected.put("lam2", ours.lam2());
    expected.put("tau", ours.temperature());
    expected.put("EPS", ours.epsilon());
    expected.put("threshold", ours.selfLabelling().threshold());
    expected.put("quantile", ours.selfLabelling().quantile());
    expected.put("quantile_end", ours.selfLabelling().quantileEnd());
    expected.put("use_momentum_encoder", ours.momentumEncoder() ? 1 : 0);
    expected.put("momentum_start", ours.momentumStart());
    expected.put("momentum_end", ours.momentumEnd());
    expected.put("mme_epochs", ours.mmeEpochs());
    expected.put("hid_dim", ours.projector().hidden());
    expected.put("dim", ours.projector().output());
    expected.put("drop", ours.projector().dropout());
    expected.put("proj_trunc_init", ours.projector().smallInit() ? 1 : 0);
    expected.put("sl_warmup_epochs", schedule.secondWarmupEpochs());
    expected.put("lr_sl", schedule.secondLr());
    expected.forEach(
        (name, value) ->
            assertThat(((Number) value).doubleValue())
                .as(name)
                .isEqualTo(recorded.required(name).asDouble()));
    assertThat(ours.style().name())
        .isEqualTo(STYLES.get(recorded.required("crops_interact_style").asString()));
    assertThat(ours.projector().norm().name())
        .isEqualToIgnoringCase(recorded.required("proj_norm").asString());
    assertThat(ours.projector().activation().name())
        .isEqualToIgnoringCase(recorded.required("act").asString());
    assertThat(ours.projector().lastNorm().name())
        .isEqualToIgnoringCase(recorded.required("lbn_type").asString());
    assertThat(schedule.firstEpochs()).isEqualTo(ours.mmeEpochs());
  }

  private static void check(Golden golden, String name, IntToDoubleFunction schedule) {
    JsonNode values = golden.expected(name);
    double tolerance = golden.root().required("tolerance").asDouble();
    for (int t = 0; t < values.size(); t++) {
      assertThat(schedule.applyAsDouble(t))
          .as("%s %s[%d]", golden, name, t)
          .isCloseTo(values.get(t).asDouble(), within(tolerance));
    }
  }

  private static void close(Golden golden, JsonNode logged, String name, Tensor actual) {
    close(golden, name, actual, Golden.tensor(logged.required(name)));
  }

  private static void close(Golden golden, String name, Tensor actual, Tensor expected) {
    double tolerance = golden.root().required("tolerance").asDouble();
    assertThat(actual.shape()).as("%s %s", golden, name).isEqualTo(expected.shape());
    double[] got = actual.toDoubleArray();
    double[] want = expected.toDoubleArray();
    for (int i = 0; i < want.length; i++) {
      assertThat(got[i])
          .as("%s %s[%d]", golden, name, i)
          .isCloseTo(want[i], within(tolerance * Math.max(1, Math.abs(want[i]))));
    }
  }

  private static Map<String, Tensor> tensors(JsonNode node) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    node.properties().forEach(e -> tensors.put(e.getKey(), Golden.tensor(e.getValue())));
    return tensors;
  }

  private static double real(Golden golden, String name) {
    return golden.parameter(name).asDouble();
  }

  private static String upper(Golden golden, String name) {
    return golden.parameter(name).asString().toUpperCase(Locale.ROOT);
  }
}
