package io.diptych.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diptych.tensor.Device;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ImageSetTest {
  private static final List<String> CLASSES = List.of("a", "b", "c");

  private static ImageSet set(byte... values) {
    long[] labels = new long[values.length];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = i % 3;
    }
    return ImageSet.of(
        "x", Tensor.of(values, values.length, 1, 1, 1), Tensor.of(labels, labels.length), CLASSES);
  }

  @Test
  void holdsItsTensorsBeyondTheScopeTheyWereMadeIn() {
    ImageSet set;
    try (Scope scope = Scope.open()) {
      set = set((byte) 1, (byte) 2);
    }
    assertThat(set.pixels().toBytes()).containsExactly(1, 2);
    assertThat(set.size()).isEqualTo(2);
    assertThat(set.labelled()).isTrue();
    assertThat(set.classNames()).isEqualTo(CLASSES);
    set.close();
  }

  @Test
  void subsetTakesImagesAndLabelsInTheGivenOrder() {
    try (ImageSet set = set((byte) 10, (byte) 11, (byte) 12, (byte) 13);
        ImageSet subset = set.subset(new long[] {3, 0, 3})) {
      assertThat(subset.pixels().toBytes()).containsExactly(13, 10, 13);
      assertThat(subset.labels().toLongArray()).containsExactly(0, 0, 0);
      assertThat(subset.pixels().shape().sizes()).containsExactly(3, 1, 1, 1);
      assertThatThrownBy(() -> set.subset(new long[] {0, 4}))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("index 4 is not in a set of 4 images");
      assertThatThrownBy(() -> set.subset(new long[0]))
          .hasMessage("a subset needs at least one index");
    }
  }

  @Test
  void fingerprintFollowsFromContentAlone() {
    try (ImageSet one = set((byte) 1, (byte) 2);
        ImageSet same = set((byte) 1, (byte) 2);
        ImageSet other = set((byte) 1, (byte) 3);
        ImageSet shaped =
            ImageSet.of(
                "x",
                Tensor.of(new byte[] {1, 2}, 1, 2, 1, 1),
                Tensor.of(new long[1], 1),
                CLASSES)) {
      assertThat(one.fingerprint()).matches("[0-9a-f]{64}").isEqualTo(same.fingerprint());
      assertThat(one.fingerprint()).isNotEqualTo(other.fingerprint());
      assertThat(one.fingerprint()).isNotEqualTo(shaped.fingerprint());
      assertThat(one.to(Device.CPU)).isSameAs(one);
    }
  }

  @Test
  void fingerprintOfALargeSetIsThatOfItsWholeMemory() {
    // More than one piece is hashed: 20 MB in pieces of 16.
    byte[] values = new byte[20 << 20];
    values[values.length - 1] = 1;
    Tensor labels = Tensor.of(new long[20], 20);
    try (ImageSet set = ImageSet.of("x", Tensor.of(values, 20, 1, 1024, 1024), labels, CLASSES);
        ImageSet last = set.subset(new long[] {19})) {
      String before = set.fingerprint();
      values[values.length - 1] = 2;
      try (ImageSet changed =
          ImageSet.of(
              "x", Tensor.of(values, 20, 1, 1024, 1024), Tensor.of(new long[20], 20), CLASSES)) {
        assertThat(changed.fingerprint()).isNotEqualTo(before).isNotEqualTo(last.fingerprint());
      }
    }
  }

  @Test
  void imagesWithoutLabelsMakeItUnlabelled() {
    try (ImageSet set =
        ImageSet.of(
            "x",
            Tensor.of(new byte[2], 2, 1, 1, 1),
            Tensor.of(new long[] {-1, 0}, 2),
            List.of("a"))) {
      assertThat(set.labelled()).isFalse();
      assertThat(set.subset(new long[] {1}).labelled()).isTrue();
    }
  }

  @Test
  void refusesTensorsThatAreNoImagesAndLabels() {
    Tensor pixels = Tensor.of(new byte[2], 2, 1, 1, 1);
    Tensor labels = Tensor.of(new long[2], 2);
    assertThatThrownBy(() -> ImageSet.of("x", labels, labels, CLASSES))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("pixels must be uint8 [N, C, H, W] and not empty, were INT64 [2]");
    assertThatThrownBy(() -> ImageSet.of("x", pixels, Tensor.of(new long[3], 3), CLASSES))
        .hasMessage("labels must be int64 [2], were INT64 [3]");
    assertThatThrownBy(() -> ImageSet.of("x", pixels, Tensor.of(new long[] {0, 3}, 2), CLASSES))
        .hasMessage("label 3 is not one of 3 classes, nor -1");
  }

  @Test
  void partsOfADatasetMustMatch() {
    try (ImageSet small = set((byte) 1);
        ImageSet large =
            ImageSet.of(
                "x", Tensor.of(new byte[4], 1, 1, 2, 2), Tensor.of(new long[1], 1), CLASSES)) {
      assertThatThrownBy(() -> new Dataset(small, large))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("train has images of [1, 1, 1], test of [1, 2, 2]");
    }
  }
}
