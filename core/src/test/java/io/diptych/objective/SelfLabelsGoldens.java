package io.diptych.objective;

import static io.diptych.objective.TwinClassesGoldens.epsilon;
import static io.diptych.objective.TwinClassesGoldens.temperature;

import io.diptych.Golden;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Tensor;
import java.util.List;

/** Self-labelling against recorded choices, values and gradients. */
public final class SelfLabelsGoldens {
  private SelfLabelsGoldens() {}

  public static void ofABatch(Golden golden) {
    Tensor student = golden.input("student_logits").requiresGrad_(true);
    List<Tensor> views = TwinClassesGoldens.views(golden, student);
    List<Tensor> teacher = TwinClassesGoldens.teacher(golden);
    List<Tensor> source = teacher.isEmpty() ? views : teacher;
    SelfLabels labels =
        SelfLabels.of(
            source.get(0),
            source.get(1),
            temperature(golden),
            golden.parameter("quantile").asDouble(),
            golden.parameter("fixed_threshold").asDouble());
    Tensor loss = labels.loss(views, false);
    loss.backward();
    golden.checkEach("loss", loss);
    golden.checkEach("grad.student_logits", student.grad());
    golden.checkEach("threshold", labels.threshold());
    golden.checkEach("frac", labels.fraction());
    golden.checkEach("weak_view", labels.second());
    golden.checkEach("target", labels.target());
    golden.checkEach("mask", labels.mask());
    TwinClasses.Terms globals =
        TwinClasses.ofPairs(views.subList(0, 2), temperature(golden), epsilon(golden));
    golden.checkEach("eh", globals.sharpness());
    golden.checkEach("he", globals.diversity());
  }

  public static void ofConfidentSamples(Golden golden) {
    Tensor weak = golden.input("weak_logits");
    Tensor strong = golden.input("strong_logits").requiresGrad_(true);
    double threshold = golden.parameter("threshold").asDouble();
    Tensor mask = SelfLabels.confident(weak, Tensor.full(threshold, DType.FLOAT64, Device.CPU));
    Tensor loss =
        SelfLabels.crossEntropy(
            strong, weak.argmax(1), mask, golden.parameter("apply_class_balancing").asBoolean());
    loss.backward();
    golden.checkEach("loss", loss);
    golden.checkEach("grad.strong_logits", strong.grad());
  }
}
