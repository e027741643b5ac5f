package io.diptych.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.diptych.nn.GradientCheck;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scoped;
import io.diptych.tensor.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Scoped.class)
final class DistillationTest {
  private static Tensor logits(String name) {
    return Keyed.of(1)
        .fold(name)
        .normal(Tensor.arange(15, Device.CPU))
        .to(DType.FLOAT64)
        .reshape(3, 5);
  }

  @Test
  void isTheCrossEntropyBetweenSoftenedPredictions() {
    double[] student = logits("student").toDoubleArray();
    double[] teacher = logits("teacher").toDoubleArray();
    double expected = 0;
    for (int row = 0; row < 3; row++) {
      double ofStudent = 0;
      double ofTeacher = 0;
      for (int k = 0; k < 5; k++) {
        ofStudent += Math.exp(student[row * 5 + k] / 3);
        ofTeacher += Math.exp(teacher[row * 5 + k] / 3);
      }
      for (int k = 0; k < 5; k++) {
        expected -=
            Math.exp(teacher[row * 5 + k] / 3)
                / ofTeacher
                * (student[row * 5 + k] / 3 - Math.log(ofStudent));
      }
    }
    assertThat(Distillation.loss(logits("student"), logits("teacher"), 3).item())
        .isCloseTo(9 * expected / 3, within(1e-12));
  }

  @Test
  void theStudentLearnsAndTheTeacherDoesNot() {
    Tensor student = logits("student").copy().requiresGrad_(true);
    Tensor teacher = logits("teacher").copy().requiresGrad_(true);
    GradientCheck.function(
        Map.of("student", student), () -> Distillation.loss(student, teacher, 2).reshape(1));
    assertThat(teacher.grad()).isNull();
    Tensor same = logits("teacher").copy().requiresGrad_(true);
    Distillation.loss(same, teacher, 2).backward();
    assertThat(same.grad().abs().max().item()).isLessThan(1e-15);
  }

  @Test
  void shapesThatDoNotFitAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Distillation.loss(Tensor.zeros(2, 3), Tensor.zeros(2, 4), 1))
        .withMessage("distillation needs two matrices [N, D] of one shape, got [2, 3] and [2, 4]");
  }
}
