package io.diptych.objective;

import io.diptych.Golden;
import io.diptych.nn.BatchNorm;
import io.diptych.tensor.DType;
import io.diptych.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The losses against recorded values and gradients. */
public final class NtXentGoldens {
  private NtXentGoldens() {}

  public static void ofTwoViews(Golden golden) {
    Tensor z1 = golden.input("z1").requiresGrad_(true);
    Tensor z2 = golden.input("z2").requiresGrad_(true);
    Tensor loss =
        NtXent.loss(
            z1, z2, golden.parameter("tau").asDouble(), golden.parameter("norm").asBoolean());
    loss.backward();
    golden.checkMaxRelative("loss", loss);
    golden.checkMaxRelative("grad.z1", z1.grad());
    golden.checkMaxRelative("grad.z2", z2.grad());
  }

  public static void ofSeveralViewsBehindABatchNorm(Golden golden) {
    int rows = golden.parameter("n").asInt();
    int count = golden.parameter("num_samples").asInt();
    List<Tensor> inputs = new ArrayList<>();
    for (int view = 0; view < count; view++) {
      inputs.add(golden.input("h" + view).requiresGrad_(true));
    }
    BatchNorm last = new BatchNorm(golden.parameter("d").asInt());
    last.to(DType.FLOAT64);
    Map<String, Tensor> state = last.state();
    state.get("weight").detach().copy_(golden.input("bn_last.weight"));
    state.get("bias").detach().copy_(golden.input("bn_last.bias"));
    Tensor normed = last.forward(Tensor.cat(inputs, 0));
    List<Tensor> views = new ArrayList<>();
    for (int view = 0; view < count; view++) {
      views.add(normed.narrow(0, (long) view * rows, rows));
    }
    Tensor loss =
        NtXent.overPairs(
            views, golden.parameter("tau").asDouble(), golden.parameter("norm").asBoolean());
    loss.backward();
    golden.checkMaxRelative("loss", loss);
    for (int view = 0; view < count; view++) {
      golden.checkMaxRelative("grad.h" + view, inputs.get(view).grad());
    }
    golden.checkMaxRelative("grad.bn_last.weight", state.get("weight").grad());
    golden.checkMaxRelative("grad.bn_last.bias", state.get("bias").grad());
    golden.checkMaxRelative("running_mean", state.get("running_mean"));
    golden.checkMaxRelative("running_var", state.get("running_var"));
  }

  public static void ofTheStandardAndTheOneDirectionalForm(Golden golden) {
    Tensor z1 = golden.input("z1").requiresGrad_(true);
    Tensor z2 = golden.input("z2").requiresGrad_(true);
    double temperature = golden.parameter("t").asDouble();
    Tensor loss =
        golden.parameter("form").asString().equals("standard")
            ? NtXent.loss(z1, z2, temperature, true)
            : NtXent.oneDirectional(z1, z2, temperature);
    loss.backward();
    golden.checkEach("loss", loss);
    golden.checkEach("grad.z1", z1.grad());
    golden.checkEach("grad.z2", z2.grad());
  }
}
