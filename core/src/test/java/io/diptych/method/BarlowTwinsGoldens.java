package io.diptych.method;

import io.diptych.Golden;
import io.diptych.backbone.Backbone;
import io.diptych.nn.Module;
import io.diptych.objective.CrossCorrelation;
import io.diptych.optim.Adam;
import io.diptych.optim.Optimizer;
import io.diptych.option.Options;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import io.diptych.view.Batch;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Checks of recorded training of (mixed) Barlow Twins. */
public final class BarlowTwinsGoldens {
  private BarlowTwinsGoldens() {}

  /** Stands for an encoder where vectors stand for images. */
  private static final class Nothing extends Backbone {
    private final int width;

    Nothing(int width) {
      this.width = width;
    }

    @Override
    public int width() {
      return width;
    }

    @Override
    public Backbone another() {
      return new Nothing(width);
    }

    @Override
    public Tensor forward(Tensor input) {
      return input;
    }
  }

  /** Mixed images. The loss on their rows is checked beside its objective. */
  public static void mixtureOfImages(Golden golden) {
    if (golden.expects("x_mixed")) {
      Tensor mixture =
          MixedBarlowTwins.mixture(
              golden.input("x1"),
              golden.input("x2"),
              golden.input("shuffle").to(DType.INT64),
              number(golden, "mix_alpha"));
      golden.checkMaxRelative("x_mixed", mixture);
    }
  }

  /** Some epochs over two batches of vectors, by Adam. */
  /** How the weight of the mixing term rises with the steps. */
  public static void weightOfTheMixingTerm(Golden golden) {
    MixedBarlowTwins.Settings settings =
        Options.defaults(
            MixedBarlowTwins.Settings.class,
            Map.of("mix_ramp_epochs", golden.parameter("warmup_epochs").asDouble()));
    long perEpoch = golden.parameter("steps_per_epoch").asLong();
    long steps = perEpoch * golden.parameter("epochs").asLong();
    double scale = golden.parameter("lambda_mixup").asDouble();
    double[] ours = new double[Math.toIntExact(steps)];
    for (int step = 0; step < steps; step++) {
      ours[step] = scale * settings.ramp(new Step(step, steps, perEpoch));
    }
    golden.checkMaxRelative("reg_scale", Tensor.of(ours, steps));
  }

  public static void trainingOfAProjector(Golden golden) {
    boolean mixes = golden.parameter("is_mixup").asBoolean();
    Backbone encoder = new Nothing(integer(golden, "in_dim"));
    BarlowTwins.Projector projector =
        new BarlowTwins.Projector(List.of(integer(golden, "hidden"), integer(golden, "d")), true);
    double lambda = number(golden, "lambda_bt");
    Method method =
        mixes
            ? new MixedBarlowTwins(
                new MixedBarlowTwins.Settings(
                    lambda,
                    true,
                    number(golden, "mixup_loss_scale"),
                    0,
                    CrossCorrelation.Target.FIRST_VIEW,
                    projector),
                encoder,
                0)
            : new BarlowTwins(new BarlowTwins.Settings(lambda, true, projector), encoder);
    Module network = method.network();
    network.to(DType.FLOAT64);
    network.train(true);
    Map<String, Tensor> state = network.state();
    state.forEach((name, t) -> t.detach().copy_(golden.input("init." + recorded(name))));
    Optimizer adam =
        new Adam(new Adam.Settings(1, 0.9, 0.999, 1e-8, 1e-6, true), network.parameters());
    int perEpoch = integer(golden, "steps_per_epoch");
    int epochs = integer(golden, "epochs");
    double[] means = new double[epochs * 3];
    double rate = 0;
    for (int number = 0; number < epochs * perEpoch; number++) {
      Step step = new Step(number, (long) epochs * perEpoch, perEpoch);
      rate = rate(golden, step, epochs);
      double[] losses = step(golden, method, step);
      adam.step(rate);
      network.clearGrad();
      for (int i = 0; i < 3; i++) {
        means[step.epoch() * 3 + i] += losses[i] / perEpoch;
      }
    }
    golden.checkMaxRelative("epoch_mean_loss_bt_mix_total", Tensor.of(means, epochs, 3));
    state.forEach((name, t) -> golden.checkMaxRelative("final." + recorded(name), t));
    golden.checkMaxRelative("final_lr", Tensor.full(rate, DType.FLOAT64, Device.CPU, 1));
  }

  /** Makes one step backwards, and returns the loss of the twins, of the mixing, and of both. */
  private static double[] step(Golden golden, Method method, Step step) {
    try (Scope scope = Scope.open()) {
      int n = integer(golden, "n");
      String prefix = "batch" + step.inEpoch() + ".";
      Batch batch =
          new Batch(
              List.of(golden.input(prefix + "x1"), golden.input(prefix + "x2")),
              Tensor.arange(n, Device.CPU),
              Tensor.arange(n, Device.CPU));
      Embeddings rows;
      if (method instanceof MixedBarlowTwins mixed) {
        double[] order =
            golden.input("shuffle_per_iteration").select(0, step.number()).toDoubleArray();
        long[] partners = IntStream.range(0, n).mapToLong(i -> (long) order[i]).toArray();
        double alpha =
            golden.parameter("mix_alpha_per_iteration").get((int) step.number()).asDouble();
        rows = mixed.embed(batch, alpha, partners);
      } else {
        rows = method.embed(batch, step);
      }
      Loss loss = method.compare(rows, step);
      loss.total().backward();
      Map<String, Tensor> terms = loss.terms();
      double mixing = terms.containsKey("mixing") ? terms.get("mixing").item() : 0;
      double total = loss.total().item();
      return new double[] {total - mixing, mixing, total};
    }
  }

  /** The published schedules, whose cosine starts an epoch late. */
  private static double rate(Golden golden, Step step, int epochs) {
    if (golden.parameter("lr_shed").asString().equals("step")) {
      double rate = 1e-3;
      for (int milestone : new int[] {epochs - 50, epochs - 25}) {
        rate *= milestone >= 0 && step.epoch() >= milestone ? 0.2 : 1;
      }
      return rate;
    }
    double t = step.number() + step.perEpoch();
    double warmup = 10.0 * step.perEpoch();
    double base = number(golden, "n") / 256;
    double lr = number(golden, "lr");
    if (t < warmup) {
      return lr * base * t / warmup;
    }
    double q = 0.5 * (1 + Math.cos(Math.PI * (t - warmup) / (step.total() - warmup)));
    return lr * (base * q + 0.001 * base * (1 - q));
  }

  private static String recorded(String name) {
    return name.replaceFirst("^projector", "g");
  }

  private static int integer(Golden golden, String key) {
    return golden.parameter(key).asInt();
  }

  private static double number(Golden golden, String key) {
    return golden.parameter(key).asDouble();
  }
}
