package io.diptych.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.diptych.tensor.Scoped;
import io.diptych.tensor.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Scoped.class)
final class LossTest {
  @Test
  void theTotalIsTheSumOfTheTermsAndOfNothingElse() {
    Tensor leaf = Tensor.scalar(2).requiresGrad_(true);
    Loss loss =
        Loss.of("pull", leaf.mul(3)).tracking("length", leaf.mul(100)).plus("push", leaf.neg());
    assertThat(loss.terms().keySet()).containsExactly("pull", "push");
    assertThat(loss.metrics()).containsOnlyKeys("length");
    assertThat(loss.metrics().get("length").requiresGrad()).isFalse();
    assertThat(loss.total().item()).isEqualTo(4);
    loss.total().backward();
    assertThat(leaf.grad().item()).isEqualTo(2);
  }

  @Test
  void aLossWithoutTermsIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Loss(Map.of(), Map.of()))
        .withMessage("a loss has at least one term");
  }
}
