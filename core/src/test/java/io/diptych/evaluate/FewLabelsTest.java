package io.diptych.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diptych.tensor.Scoped;
import io.diptych.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Scoped.class)
final class FewLabelsTest {
  private static final long[] LABELS = {0, 1, 1, 0, -1, 1, 0, 1, 0, 1, -1, 0};

  @Test
  void drawsAsManyOfEachClass() {
    long[] drawn = few(LABELS, 7).draw(3, 0);
    assertThat(drawn).hasSize(6).doesNotHaveDuplicates();
    assertThat(Arrays.stream(drawn).map(i -> LABELS[(int) i]))
        .containsExactly(0L, 0L, 0L, 1L, 1L, 1L);
  }

  @Test
  void drawsTheSameFromTheSameSeedAndNumber() {
    assertThat(few(LABELS, 7).draw(3, 2)).isEqualTo(few(LABELS, 7).draw(3, 2));
    assertThat(few(LABELS, 7).draw(3, 2))
        .isNotEqualTo(few(LABELS, 7).draw(3, 3))
        .isNotEqualTo(few(LABELS, 8).draw(3, 2));
  }

  @Test
  void aSmallDrawIsPartOfALargerOne() {
    long[] two = few(LABELS, 7).draw(2, 1);
    long[] four = few(LABELS, 7).draw(4, 1);
    assertThat(four).contains(two);
  }

  @Test
  void aShareIsThatOfEachClassAndPartOfALargerOne() {
    long[] some = few(LABELS, 7).share(0.4);
    assertThat(Arrays.stream(some).map(i -> LABELS[(int) i]).sorted())
        .containsExactly(0L, 0L, 1L, 1L);
    assertThat(some).isSorted().isEqualTo(few(LABELS, 7).share(0.4));
    assertThat(few(LABELS, 7).share(0.7)).hasSize(8).contains(some);
    assertThat(few(LABELS, 7).share(1)).containsExactly(0, 1, 2, 3, 5, 6, 7, 8, 9, 11);
    assertThat(few(LABELS, 8).share(0.4)).isNotEqualTo(some);
  }

  @Test
  void aSmallShareHasASampleOfEachClassThatIsThere() {
    assertThat(few(LABELS, 7).share(1e-6)).hasSize(2);
    assertThat(few(new long[] {1, 1, 1}, 7).share(1e-6)).hasSize(1);
  }

  @Test
  void tellsWhichClassHasTooFew() {
    assertThatThrownBy(() -> few(LABELS, 7).draw(6, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("labels_per_class: 6 asked for, but class 'cat' has 5 labelled samples");
  }

  @Test
  void refusesALabelWithoutClass() {
    assertThatThrownBy(() -> few(new long[] {0, 2}, 7))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("label 2 is not one of 2 classes, nor -1");
  }

  private static FewLabels few(long[] labels, long seed) {
    return FewLabels.of(Tensor.of(labels, labels.length), List.of("cat", "dog"), seed);
  }
}
