package io.diptych.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.diptych.option.OptionException;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every augmentation: the same in every batch, in range, and what its name says. */
final class AugmentationsTest {
  private static final int COUNT = 30;
  private static final int HEIGHT = 12;
  private static final int WIDTH = 18;
  private static final Keyed KEY = Views.key(Keyed.of(4), 1, 0);
  private static final List<Double> QUARTER = List.of(0.25);

  private Scope scope;

  @BeforeEach
  @SuppressWarnings("MustBeClosedChecker")
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  static Stream<Augmentation> all() {
    return Stream.of(
        new RandomResizedCrop(9, List.of(0.1, 1.0), List.of(0.5, 2.0), Interpolation.BICUBIC),
        new HorizontalFlip(0.5),
        new ColorJitter(0.8, 0.4, 0.4, 0.4, 0.1),
        new Grayscale(0.3),
        new GaussianBlur(0.5, List.of(0.1, 2.0)),
        new Solarize(0.5, 100),
        new Posterize(0.5, 3),
        new Equalize(0.5),
        new Autocontrast(0.5),
        new Invert(0.5),
        new Sharpness(0.5, List.of(0.1, 1.9)),
        new Rotation(0.5, List.of(-30.0, 30.0), Sampling.NEAREST, 0),
        new Rotation(0.5, List.of(-30.0, 30.0), Sampling.BICUBIC, 128),
        new Affine(
            0.7,
            20,
            List.of(0.2, 0.1),
            List.of(0.7, 1.4),
            List.of(10.0, 5.0),
            Sampling.BILINEAR,
            7),
        new Cutout(0.5, 5, List.of(0)),
        new RandAugment(2, 9, RandAugment.Variant.ABSOLUTE, 1, 0),
        new RandAugment(2, 9, RandAugment.Variant.INCREASING, 0.5, 0.5),
        new AugMix(3, true, false),
        new AugMix(3, false, true),
        new RandomErasing(0.5, List.of(0.1, 0.4), List.of(0.3, 3.3), QUARTER, QUARTER),
        new Resize(10, Resize.Side.SHORTER, Interpolation.BICUBIC),
        new CenterCrop(8));
  }

  @ParameterizedTest
  @MethodSource("all")
  void aViewIsTheSameInEveryBatchAndInEveryOrder(Augmentation augmentation) {
    for (int channels : new int[] {1, 3}) {
      ViewPipeline pipeline = pipeline(augmentation, channels);
      Tensor pixels = pixels(channels);
      float[] whole = views(pipeline, pixels, LongStream.range(0, COUNT).toArray());
      int size = whole.length / COUNT;

      long[] shuffled = Keyed.of(3).permutation(COUNT);
      float[] other = views(pipeline, pixels, shuffled);
      for (int i = 0; i < COUNT; i++) {
        int row = (int) shuffled[i];
        assertThat(Arrays.copyOfRange(other, i * size, (i + 1) * size))
            .as("image %s in another order", row)
            .isEqualTo(Arrays.copyOfRange(whole, row * size, (row + 1) * size));
      }
      for (int row : new int[] {0, 7, COUNT - 1}) {
        assertThat(views(pipeline, pixels, new long[] {row}))
            .as("image %s alone", row)
            .isEqualTo(Arrays.copyOfRange(whole, row * size, (row + 1) * size));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void levelsStayLevels(Augmentation augmentation) {
    Tensor pixels = pixels(3);
    Tensor index = index(COUNT);
    float[] levels =
        augmentation
            .apply(Images.of(pixels), KEY.uniform(index, augmentation.draws()))
            .levels()
            .toFloatArray();
    for (float level : levels) {
      if (augmentation.keepsLevels()) {
        assertThat(level).isBetween(0f, 255f).isEqualTo(Math.round(level));
      } else {
        assertThat(level).isFinite();
      }
    }
  }

  @Test
  void whatHasNoProbabilityChangesNothing() {
    Tensor pixels = pixels(3);
    for (Augmentation never :
        List.of(
            new Posterize(0, 3),
            new Equalize(0),
            new Autocontrast(0),
            new Invert(0),
            new Sharpness(0, List.of(0.1, 1.9)),
            new Rotation(0, List.of(-30.0, 30.0), Sampling.NEAREST, 0),
            new Cutout(0, 5, List.of(0)),
            new RandAugment(2, 9, RandAugment.Variant.ABSOLUTE, 0, 0))) {
      byte[] pictures = pipeline(never, 3).pictures(pixels, index(COUNT), KEY).toBytes();
      assertThat(pictures).as("%s", never).isEqualTo(pixels.toBytes());
    }
  }

  @Test
  void aTurnByRightAnglesMovesEveryPixelToItsPlace() {
    int side = 6;
    byte[] bytes = Pictures.noise(1, 1, 1, side, side);
    ViewPipeline turn = pipeline(new Rotation(1, List.of(90.0, 90.0), Sampling.NEAREST, 0), 1);
    byte[] turned = turn.pictures(Tensor.of(bytes, 1, 1, side, side), index(1), KEY).toBytes();
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        // Against the clock: the right column becomes the top row.
        assertThat(turned[y * side + x]).isEqualTo(bytes[x * side + side - 1 - y]);
      }
    }
  }

  @Test
  void aMoveByWholePixelsKeepsLevelsInEverySampling() {
    byte[] bytes = Pictures.noise(1, 1, 1, 8, 8);
    Tensor levels = Images.of(Tensor.of(bytes, 1, 1, 8, 8)).levels();
    Tensor map = Tensor.of(new double[] {1, 0, 3, 0, 1, -2}, 1, 6);
    for (Sampling sampling : Sampling.values()) {
      float[] moved = Warp.apply(levels, map, sampling, List.of(9)).toFloatArray();
      for (int y = 0; y < 8; y++) {
        for (int x = 0; x < 8; x++) {
          boolean inside = x + 3 < 8 && y - 2 >= 0;
          float expected = inside ? bytes[(y - 2) * 8 + x + 3] & 0xff : 9;
          assertThat(moved[y * 8 + x]).as("%s %s %s", sampling, x, y).isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void equalizingMakesEveryLevelAsFrequent() {
    // 4 x 256 pixels of the levels 0 to 3, a quarter each, spread over the full range.
    byte[] bytes = new byte[1024];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i % 4);
    }
    Tensor levels = Images.of(Tensor.of(bytes, 1, 1, 32, 32)).levels();
    float[] equal = Tables.apply(levels, Tables.equalize(levels)).toFloatArray();
    // Pillow: step = 768 / 255 = 3, and the table is (1 + pixels below) / 3.
    assertThat(Arrays.copyOf(equal, 4)).containsExactly(0, 85, 171, 255);
    float[] stretched = Tables.apply(levels, Tables.autocontrast(levels)).toFloatArray();
    assertThat(Arrays.copyOf(stretched, 4)).containsExactly(0, 85, 170, 255);
  }

  @Test
  void whatLiesBetweenLevelsCanOnlyBeNormalised() {
    List<Augmentation> steps = List.of(new AugMix(3, true, true), new Grayscale(0.2), normalize(3));
    assertThatThrownBy(() -> new ViewPipeline(steps))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("AugMix")
        .hasMessageContaining("only normalize can follow it, not Grayscale");
  }

  @Test
  void badOptionsAreNamed() {
    assertThatThrownBy(
            () ->
                new Affine(
                    1, 0, List.of(0.1), List.of(1.0, 1.0), List.of(0.0, 0.0), Sampling.NEAREST, 0))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("translate");
    assertThatThrownBy(() -> new Cutout(1, 5, List.of(0, 1)))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("fill");
    assertThatThrownBy(() -> new Rotation(1, List.of(30.0, -30.0), Sampling.NEAREST, 0))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("degrees");
  }

  private static ViewPipeline pipeline(Augmentation augmentation, int channels) {
    List<Augmentation> steps = new ArrayList<>(List.of(augmentation));
    steps.add(normalize(channels));
    return new ViewPipeline(steps);
  }

  private static Normalize normalize(int channels) {
    return channels == 1
        ? new Normalize(List.of(0.5), QUARTER)
        : new Normalize(List.of(0.5, 0.4, 0.3), List.of(0.2, 0.25, 0.3));
  }

  private static Tensor pixels(int channels) {
    return Tensor.of(
        Pictures.noise(9, COUNT, channels, HEIGHT, WIDTH), COUNT, channels, HEIGHT, WIDTH);
  }

  private static float[] views(ViewPipeline pipeline, Tensor pixels, long[] rows) {
    Tensor index = Tensor.of(rows, rows.length);
    return pipeline.apply(pixels.indexSelect(0, index), index, KEY).toFloatArray();
  }

  private static Tensor index(int count) {
    return Tensor.of(LongStream.range(0, count).toArray(), count);
  }
}
