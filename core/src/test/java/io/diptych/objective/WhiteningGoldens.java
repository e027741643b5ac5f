package io.diptych.objective;

import io.diptych.Golden;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Whitening and its loss against recorded values and gradients. */
public final class WhiteningGoldens {
  private WhiteningGoldens() {}

  public static void ofOneSlice(Golden golden) {
    Tensor x = golden.input("x").requiresGrad_(true);
    Tensor y = Whitening.rows(x, golden.parameter("eps").asDouble());
    y.mul(golden.input("grad_output")).sum().backward();
    golden.checkMaxRelative("y", y);
    golden.checkMaxRelative("grad.x", x.grad());
  }

  public static void byRunningMoments(Golden golden) {
    double epsilon = golden.parameter("eps").asDouble();
    long d = golden.parameter("d").asLong();
    Whitening.Moments running =
        new Whitening.Moments(
            Tensor.zeros(DType.FLOAT64, Device.CPU, 1, d),
            Tensor.eye(d, DType.FLOAT64, Device.CPU));
    for (int step = 0; golden.hasInput("train" + step + ".x"); step++) {
      Tensor x = golden.input("train" + step + ".x");
      String batch = "train" + step;
      golden.checkMaxRelative(batch + ".y", Whitening.rows(x, epsilon));
      running = running.towards(Whitening.Moments.of(x), golden.parameter("momentum").asDouble());
      golden.checkMaxRelative(batch + ".running_mean", running.mean().squeeze(0));
      golden.checkMaxRelative(batch + ".running_variance", running.covariance());
    }
    golden.checkMaxRelative("eval.y", Whitening.rows(golden.input("eval.x"), running, epsilon));
  }

  public static void inTheLossBetweenViews(Golden golden) {
    List<Tensor> views = new ArrayList<>();
    for (int view = 0; view < golden.parameter("num_samples").asInt(); view++) {
      views.add(golden.input("h" + view).requiresGrad_(true));
    }
    WMse.Form form =
        new WMse.Form(
            golden.parameter("w_size").asInt(),
            golden.parameter("w_eps").asDouble(),
            golden.parameter("norm").asBoolean());
    Tensor loss = WMse.loss(views, golden.input("permutations").to(DType.INT64), form);
    loss.backward();
    golden.checkMaxRelative("loss", loss);
    for (int view = 0; view < views.size(); view++) {
      golden.checkMaxRelative("grad.h" + view, views.get(view).grad());
    }
  }
}
