package io.diptych.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.diptych.Golden;
import io.diptych.objective.Contrastive.Anchors;
import io.diptych.tensor.DType;
import io.diptych.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** The contrastive and the distillation loss against recorded values and gradients. */
public final class ContrastiveGoldens {
  private ContrastiveGoldens() {}

  public static void contrast(Golden golden) {
    Tensor features = golden.input("features").requiresGrad_(true);
    if (golden.expects("error")) {
      assertThatIllegalArgumentException().isThrownBy(() -> loss(golden, features));
      return;
    }
    Tensor loss = loss(golden, features);
    loss.backward();
    golden.checkEach("loss", loss);
    golden.checkEach("grad.features", features.grad());
  }

  private static Tensor loss(Golden golden, Tensor features) {
    List<Tensor> columns = new ArrayList<>();
    for (int column = 0; column < features.size(1); column++) {
      Tensor rows = features.select(1, column);
      columns.add(rows.rank() > 2 ? rows.flatten(1) : rows);
    }
    boolean first = golden.parameter("contrast_mode").asString().equals("one");
    boolean exits = flag(golden, "selfcon_s_FG") || flag(golden, "selfcon_m_FG");
    return Contrastive.loss(
        columns,
        positives(golden, features),
        exits ? Anchors.EXITS : first ? Anchors.FIRST : Anchors.ALL,
        golden.parameter("temperature").asDouble(),
        golden.parameter("base_temperature").asDouble());
  }

  private static Positives positives(Golden golden, Tensor features) {
    int views = flag(golden, "selfcon_m_FG") ? 2 : 1;
    if (golden.hasInput("labels") && golden.hasInput("mask")) {
      // Positives come from the one or the other; no call can have both.
      throw new IllegalArgumentException("labels and mask");
    }
    Positives positives;
    if (golden.hasInput("labels")) {
      Tensor labels = golden.input("labels").to(DType.INT64);
      positives = Positives.sameClass(labels, (long) labels.max().item() + 1);
    } else if (golden.hasInput("mask")) {
      positives = Positives.of(golden.input("mask"));
    } else {
      positives = Positives.sameSample(features.size(0) / views, features.device());
    }
    positives = positives.inViews(views);
    return flag(golden, "supcon_s") ? positives.droppingLonely() : positives;
  }

  private static boolean flag(Golden golden, String name) {
    return golden.parameter("flags").path(name).asBoolean(false);
  }

  public static void distillation(Golden golden) {
    Tensor student = golden.input("student_logits").requiresGrad_(true);
    Tensor teacher = golden.input("teacher_logits").requiresGrad_(true);
    Tensor loss = Distillation.loss(student, teacher, golden.parameter("temperature").asDouble());
    loss.backward();
    golden.checkEach("loss", loss);
    golden.checkEach("grad.student_logits", student.grad());
    assertThat(golden.expected("grad.teacher_logits").isNull()).isTrue();
    assertThat(teacher.grad()).isNull();
  }
}
