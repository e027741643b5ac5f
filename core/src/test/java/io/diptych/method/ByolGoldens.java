package io.diptych.method;

import static org.assertj.core.api.Assertions.assertThat;

import io.diptych.Golden;
import io.diptych.backbone.Backbone;
import io.diptych.backbone.Backbones;
import io.diptych.backbone.ResNet;
import io.diptych.golden.SplitMixFill;
import io.diptych.nn.BatchNorm;
import io.diptych.nn.Linear;
import io.diptych.nn.States;
import io.diptych.optim.Adam;
import io.diptych.optim.Optimizer;
import io.diptych.optim.Sgd;
import io.diptych.option.Choice;
import io.diptych.option.Options;
import io.diptych.tensor.DType;
import io.diptych.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Training by BYOL against recorded losses, weights and running statistics. */
public final class ByolGoldens {
  private static final String LOSSES = "loss_per_step";
  private static final long MANY = 1_000_000_000_000L;

  private ByolGoldens() {}

  public static void theRampOfTheMomentum(Golden golden) {
    double base = golden.parameter("base").asDouble();
    long total = golden.parameter("total_steps").asLong();
    double[] steps = Golden.tensor(golden.rawInput("steps")).toDoubleArray();
    double[] fixed = new double[steps.length];
    double[] cosine = new double[steps.length];
    for (int i = 0; i < steps.length; i++) {
      Step step = new Step((long) steps[i], total, total);
      fixed[i] = MomentumSchedule.FIXED.at(base, step);
      cosine[i] = MomentumSchedule.COSINE.at(base, step);
    }
    golden.checkEach("fixed", Tensor.of(fixed, fixed.length));
    golden.checkEach("cosine", Tensor.of(cosine, cosine.length));
  }

  public static void theMomentumOfEachEpoch(Golden golden) {
    int perEpoch = golden.parameter("iterations_per_epoch").asInt();
    int total = golden.parameter("epochs").asInt() * perEpoch;
    double base = golden.parameter("tau0").asDouble();
    double[] momenta = new double[total];
    for (int i = 0; i < total; i++) {
      momenta[i] = MomentumSchedule.COSINE_PER_EPOCH.at(base, new Step(i, total, perEpoch));
    }
    golden.checkMaxRelative("tau_per_iteration", Tensor.of(momenta, total));
  }

  public static void theMovingAverage(Golden golden) {
    Byol byol = small(golden, null);
    for (int step = 0; step < golden.parameter("steps").asInt(); step++) {
      byol.update(new Step(step, 1000, 1000));
      String prefix = "target." + step + ".";
      for (String key : golden.root().required("expected").propertyNames()) {
        if (key.startsWith(prefix)) {
          String name = ours("target." + key.substring(prefix.length()));
          golden.checkEach(key, state(byol).get(name));
        }
      }
    }
  }

  public static void theStepsOfASmallNetwork(Golden golden) {
    WeightNoise noise =
        (name, parameter, step) ->
            golden.input(
                "noise."
                    + step.number()
                    + "."
                    + name.replace("encoder.0.", "body.").replace("projector.", "linear."));
    Byol byol = small(golden, golden.parameter("noise").asInt() == 0 ? null : noise);
    train(
        golden,
        byol,
        step -> List.of(golden.input("view1." + step), golden.input("view2." + step)));
    for (String key : golden.root().required("expected").propertyNames()) {
      if (!key.equals(LOSSES)) {
        golden.checkEach(key, state(byol).get(ours(key)));
      }
    }
  }

  public static void theStepsOfAResNet(Golden golden) {
    assertThat(golden.parameter("network").asString()).isEqualTo("resnet18_cifar");
    assertThat(golden.parameter("noise").asInt()).isZero();
    ResNet.Settings resNet = new ResNet.Settings(18, 64, ResNet.Stem.CIFAR, false);
    int width = golden.parameter("low_dim").asInt();
    boolean norm = golden.parameter("mlpbn").asBoolean();
    Byol byol =
        create(
            options(
                golden,
                new Byol.HeadNorm(norm, true, norm, true),
                new Byol.Projector(
                    golden.parameter("non_linear_head").asBoolean() ? 2 : 1, 512, width)),
            Backbones.create(new Choice("resnet", resNet), 3),
            null);
    fill(golden, "online_seed", byol, "encoder.", "projector.");
    fill(golden, "target_seed", byol, "target.");
    fill(golden, "predictor_seed", byol, "predictor.");
    long[] shape = {golden.parameter("batch").asInt(), 3, 32, 32};
    train(
        golden,
        byol,
        step ->
            List.of(
                SplitMixFill.input(golden.parameter("view1_seeds").get(step).asLong(), shape),
                SplitMixFill.input(golden.parameter("view2_seeds").get(step).asLong(), shape)));
    for (String key : golden.root().required("expected").propertyNames()) {
      if (!key.equals(LOSSES)) {
        SplitMixFill.checkSummary(golden, key, state(byol).get(ours(key)));
      }
    }
  }

  /**
   * The steps with Adam. The shift of the encoder's batch norm is taken out again by the batch norm
   * in the head, so its true gradient is 0: what was recorded there is rounding, of which Adam
   * makes some 1e-11. There, only the size of the rounding is checked.
   */
  public static void theStepsWithAdam(Golden golden) {
    Set<String> cancelled = Set.of("final.model.1.bias", "final.model_t.1.bias");
    long in = golden.input("init.model.0.weight").size(1);
    long width = golden.input("init.model.0.weight").size(0);
    Tensor projector = golden.input("init.head.3.weight");
    Map<String, Object> options =
        Map.of(
            "momentum",
            golden.parameter("byol_tau").asDouble(),
            "momentum_schedule",
            MomentumSchedule.COSINE,
            "target_order",
            Byol.TargetOrder.SAME,
            "projector",
            new Byol.Projector(2, (int) projector.size(1), (int) projector.size(0)),
            "predictor",
            new Byol.Predictor((int) golden.input("init.pred.0.weight").size(0)));
    Byol byol =
        create(
            options,
            new ChainBackbone(
                (int) width, () -> List.of(new Linear(in, width, false), new BatchNorm(width))),
            null);
    Map<String, Tensor> recorded = new LinkedHashMap<>();
    for (String key : golden.root().required("inputs").propertyNames()) {
      if (key.startsWith("init.")) {
        recorded.put(oursOfTheComparison(key), golden.input(key));
      }
    }
    load(byol, recorded);
    String optimizer = golden.parameter("optimizer").asString();
    assertThat(optimizer).startsWith("Adam(betas 0.9,0.999,eps 1e-8,weight_decay ");
    String decay = optimizer.substring(optimizer.lastIndexOf(' ') + 1, optimizer.length() - 1);
    Adam adam =
        new Adam(
            Options.defaults(
                Adam.Settings.class,
                Map.of("weight_decay", Double.parseDouble(decay), "decay_all", true)),
            byol.network().parameters());
    double[] lr = Golden.tensor(golden.parameter("lr_per_step")).toDoubleArray();
    double[] progress = Golden.tensor(golden.parameter("progress_per_step")).toDoubleArray();
    double[] losses = new double[lr.length];
    for (int i = 0; i < lr.length; i++) {
      List<Tensor> views = new ArrayList<>();
      while (golden.hasInput("step" + i + ".x" + views.size())) {
        views.add(golden.input("step" + i + ".x" + views.size()));
      }
      Step step = new Step(Math.round(progress[i] * MANY), MANY, MANY);
      losses[i] = OneStep.make(byol, adam, lr[i], views, step);
    }
    golden.checkMaxRelative(LOSSES, Tensor.of(losses, losses.length));
    for (String key : golden.root().required("expected").propertyNames()) {
      if (cancelled.contains(key)) {
        Tensor difference =
            state(byol).get(oursOfTheComparison(key)).sub(golden.expectedTensor(key));
        assertThat(difference.abs().max().item()).as(key).isLessThan(1e-9);
      } else if (!key.equals(LOSSES)) {
        golden.checkMaxRelative(key, state(byol).get(oursOfTheComparison(key)));
      }
    }
  }

  /** The views of a step. */
  private interface Source {
    List<Tensor> views(int step);
  }

  private static void train(Golden golden, Byol byol, Source source) {
    Sgd.Settings sgd =
        Options.defaults(
            Sgd.Settings.class,
            Map.of(
                "lr",
                golden.parameter("lr").asDouble(),
                "momentum",
                golden.parameter("sgd_momentum").asDouble(),
                "weight_decay",
                golden.parameter("weight_decay").asDouble(),
                "decay_all",
                true));
    Optimizer optimizer = new Sgd(sgd, byol.network().parameters());
    int steps = golden.parameter("steps").asInt();
    double[] losses = new double[steps];
    for (int i = 0; i < steps; i++) {
      losses[i] =
          OneStep.make(byol, optimizer, sgd.lr(), source.views(i), new Step(i, steps, steps));
    }
    golden.checkEach(LOSSES, Tensor.of(losses, steps));
  }

  /** The network of the case: relu(body(x)) and a head of the same width. */
  private static Byol small(Golden golden, @Nullable WeightNoise noise) {
    long[] body = golden.input("online.body.weight").shape().sizes();
    boolean online = golden.parameter("mlpbn").asInt() == 1;
    boolean predictor = golden.hasInput("predictor.3.weight");
    boolean affine = golden.parameter("bnaffine").asInt() == 1;
    Tensor last = golden.input(online ? "online.linear.3.bias" : "online.linear.2.bias");
    Byol byol =
        create(
            options(
                golden,
                new Byol.HeadNorm(
                    online, predictor, golden.parameter("targetmlpbn").asInt() == 1, affine),
                new Byol.Projector(2, (int) body[0], (int) last.numel())),
            ChainBackbone.linear((int) body[1], (int) body[0]),
            noise);
    Map<String, Tensor> recorded = new LinkedHashMap<>();
    for (String key : golden.root().required("inputs").propertyNames()) {
      if (key.matches("(online|target|predictor)\\..*")) {
        recorded.put(ours(key), golden.input(key));
      }
    }
    load(byol, recorded);
    return byol;
  }

  private static Map<String, Object> options(
      Golden golden, Byol.HeadNorm norm, Byol.Projector projector) {
    return Map.of(
        "momentum",
        golden.parameter("momentum").asDouble(),
        "head_norm",
        norm,
        "projector",
        projector,
        "predictor",
        new Byol.Predictor(projector.output()));
  }

  private static Byol create(
      Map<String, Object> options, Backbone encoder, @Nullable WeightNoise noise) {
    Byol byol = new Byol(Options.defaults(Byol.Settings.class, options), encoder, 1, noise);
    byol.network().to(DType.FLOAT64);
    // The target takes the type of the network when it is first used.
    byol.update(new Step(0, 1, 1));
    return byol;
  }

  /** Copies the recorded state of network and target; what is not recorded stays. */
  private static void load(Byol byol, Map<String, Tensor> recorded) {
    Map<String, Tensor> live = state(byol);
    live.keySet().retainAll(recorded.keySet());
    States.load("the recorded network", live, recorded);
  }

  private static void fill(Golden golden, String seed, Byol byol, String... prefixes) {
    Map<String, Tensor> part = new LinkedHashMap<>();
    for (String prefix : prefixes) {
      state(byol)
          .forEach(
              (name, tensor) -> {
                if (name.startsWith(prefix)) {
                  part.put(name, tensor);
                }
              });
    }
    SplitMixFill.fill(golden.parameter(seed).asLong(), part);
  }

  private static Map<String, Tensor> state(Byol byol) {
    Map<String, Tensor> all = new LinkedHashMap<>(byol.network().state());
    all.putAll(byol.state());
    return all;
  }

  /** Returns our name of a recorded entry. */
  private static String ours(String key) {
    return key.replaceFirst("^online\\.", "")
        .replaceFirst("^(target\\.)?linear\\.", "$1projector.")
        .replaceFirst("^(target\\.)?body\\.", "$1encoder.0.")
        .replaceFirst("^(target\\.)?(conv1|bn1|layer\\d)\\.", "$1encoder.$2.")
        .replace(".shortcut.", ".downsample.");
  }

  private static String oursOfTheComparison(String key) {
    return key.replaceFirst("^(init|final)\\.", "")
        .replaceFirst("^(\\w+)_t\\.", "target.$1.")
        .replaceFirst("^(target\\.)?model\\.", "$1encoder.")
        .replaceFirst("^(target\\.)?head\\.", "$1projector.")
        .replaceFirst("^pred\\.", "predictor.");
  }
}
