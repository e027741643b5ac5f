package io.diptych.objective;

import static org.assertj.core.api.Assertions.assertThat;

import io.diptych.Golden;
import io.diptych.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** The losses against recorded values and gradients. */
public final class NormalizedMseGoldens {
  private NormalizedMseGoldens() {}

  public static void ofTwoViewsWithAndWithoutNormalisation(Golden golden) {
    for (boolean normalize : new boolean[] {true, false}) {
      Tensor z1 = golden.input("z1").requiresGrad_(true);
      Tensor z2 = golden.input("z2").requiresGrad_(true);
      Tensor loss = NormalizedMse.loss(z1, z2, normalize);
      loss.backward();
      String name = normalize ? "norm_mse" : "mse";
      golden.checkMaxRelative(name, loss);
      golden.checkMaxRelative(name + ".grad.z1", z1.grad());
      golden.checkMaxRelative(name + ".grad.z2", z2.grad());
    }
  }

  public static void ofPredictionsAndTargetsOfSeveralViews(Golden golden) {
    int views = golden.parameter("num_samples").asInt();
    List<Tensor> predictions = new ArrayList<>();
    List<Tensor> targets = new ArrayList<>();
    for (int view = 0; view < views; view++) {
      predictions.add(golden.input("pred" + view).requiresGrad_(true));
      targets.add(golden.input("target" + view).requiresGrad_(true));
    }
    Tensor loss =
        NormalizedMse.acrossViews(predictions, targets, golden.parameter("norm").asBoolean());
    loss.backward();
    golden.checkMaxRelative("loss", loss);
    for (int view = 0; view < views; view++) {
      golden.checkMaxRelative("grad.pred" + view, predictions.get(view).grad());
      assertThat(targets.get(view).grad()).isNull();
    }
  }

  public static void ofBothDirectionsOfAPair(Golden golden) {
    Tensor p1 = golden.input("p1").requiresGrad_(true);
    Tensor p2 = golden.input("p2").requiresGrad_(true);
    Tensor z1 = golden.input("z1");
    Tensor z2 = golden.input("z2");
    Tensor loss = NormalizedMse.acrossViews(List.of(p1, p2), List.of(z1, z2), true);
    loss.backward();
    golden.checkEach("loss", loss);
    golden.checkEach("loss1", NormalizedMse.loss(p1, z2, true));
    golden.checkEach("loss2", NormalizedMse.loss(p2, z1, true));
    golden.checkEach("grad.p1", p1.grad());
    golden.checkEach("grad.p2", p2.grad());
  }
}
