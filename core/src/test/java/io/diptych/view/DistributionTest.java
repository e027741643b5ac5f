package io.diptych.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntToDoubleFunction;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is drawn has the distribution that the specifications say, by Kolmogorov and Smirnov. */
final class DistributionTest {
  private static final int DRAWS = 20000;
  private static final Keyed KEY = Views.key(Keyed.of(2), 7, 0);

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

  @Test
  void theAreaOfACropIsUniform() {
    // In a large image whose ratio is no limit, rounding to pixels does not show.
    RandomResizedCrop crop = crop(List.of(0.1, 0.5), List.of(0.75, 4 / 3.0));
    checkUniform(i -> share(crop.box(draws(i), 4000, 4000)), 0.1, 0.5);
  }

  @Test
  void theRatioOfACropIsLogUniform() {
    RandomResizedCrop crop = crop(List.of(0.1, 0.5), List.of(0.75, 4 / 3.0));
    checkUniform(
        i -> {
          Box box = crop.box(draws(i), 4000, 4000);
          return Math.log((double) box.width() / box.height());
        },
        Math.log(0.75),
        Math.log(4 / 3.0));
  }

  @Test
  void thePlaceOfACropIsUniform() {
    RandomResizedCrop crop = crop(List.of(0.1, 0.5), List.of(1.0, 1.0));
    checkUniform(
        i -> {
          Box box = crop.box(draws(i), 4000, 4000);
          return (box.top() + 0.5) / (4001 - box.height());
        },
        0,
        1);
    checkUniform(
        i -> {
          Box box = crop.box(draws(i), 4000, 4000);
          return (box.left() + 0.5) / (4001 - box.width());
        },
        0,
        1);
  }

  @Test
  void factorsAreUniformAroundOne() {
    int[] bright = brightness(new ColorJitter(1, 0.4, 0, 0, 0));
    // Level 200 becomes ⌊200 f⌋ with f from 0.6 to 1.4, cut at 255.
    double[] uncut = Arrays.stream(bright).filter(level -> level < 250).asDoubleStream().toArray();
    checkUniform(i -> (uncut[i] + 0.5) / 200, uncut.length, 0.6, 1.25);
    assertThat((double) uncut.length / bright.length).isCloseTo((1.25 - 0.6) / 0.8, offset(0.02));
  }

  @Test
  void somethingHappensAsOftenAsItsProbabilitySays() {
    int[] levels = brightness(new ColorJitter(0.8, 0.4, 0, 0, 0));
    // One of the 161 levels from 120 to 280 is 200 itself.
    double unchanged = Arrays.stream(levels).filter(level -> level == 200).count();
    assertThat(unchanged / levels.length).isCloseTo(0.2 + 0.8 / 160, offset(0.02));
  }

  @Test
  void everyOrderOfTheJitterIsEquallyFrequent() {
    ColorJitter jitter = new ColorJitter(1, 0.4, 0.4, 0.4, 0.1);
    Tensor uniform = KEY.uniform(index(), jitter.draws());
    long[] places = jitter.plan(uniform, 3).places().toLongArray();
    int[] counts = new int[256];
    for (int i = 0; i < DRAWS; i++) {
      int order = 0;
      for (int change = 0; change < 4; change++) {
        order = 4 * order + (int) places[4 * i + change];
      }
      counts[order]++;
    }
    int[] seen = Arrays.stream(counts).filter(count -> count > 0).toArray();
    assertThat(seen).hasSize(24);
    double expected = DRAWS / 24.0;
    double chiSquare =
        Arrays.stream(seen).mapToDouble(n -> (n - expected) * (n - expected) / expected).sum();
    // 23 degrees of freedom; 49.7 is exceeded once in a thousand times.
    assertThat(chiSquare).isLessThan(49.7);
  }

  @Test
  void theStrengthOfRandAugmentIsNormalWithinItsLimits() {
    // The amount of a whole-number operation, seen through what it does to a level.
    RandAugment fixed = new RandAugment(1, 9, RandAugment.Variant.ABSOLUTE, 1, 0);
    Map<Operation, BinaryOperator<Tensor>> operations = fixed.operations(32, 32);
    Tensor share = Tensor.of(new float[] {0.3f}, 1);
    Tensor plus = Tensor.of(new float[] {1}, 1);
    Tensor minus = Tensor.of(new float[] {-1}, 1);
    assertThat(operations).hasSize(16);
    assertThat(amount(operations, Operation.ROTATE, share, plus)).isCloseTo(9, offset(1e-5));
    assertThat(amount(operations, Operation.ROTATE, share, minus)).isCloseTo(-9, offset(1e-5));
    assertThat(amount(operations, Operation.POSTERIZE, share, plus)).isEqualTo(1);
    assertThat(amount(operations, Operation.SOLARIZE, share, plus)).isCloseTo(76.8, offset(1e-4));
    assertThat(amount(operations, Operation.ADD_AND_SOLARIZE, share, plus)).isEqualTo(33);
    assertThat(amount(operations, Operation.SHARPNESS, share, plus)).isCloseTo(0.64, offset(1e-5));
    assertThat(amount(operations, Operation.SHEAR_X, share, plus)).isCloseTo(0.09, offset(1e-5));
    assertThat(amount(operations, Operation.CUTOUT, share, plus)).isCloseTo(12, offset(1e-4));
    assertThat(amount(operations, Operation.TRANSLATE_Y, share, minus))
        .isCloseTo(-30, offset(1e-4));
  }

  private static double amount(
      Map<Operation, BinaryOperator<Tensor>> operations,
      Operation operation,
      Tensor share,
      Tensor sign) {
    return operations.get(operation).apply(share, sign).toDoubleArray()[0];
  }

  @Test
  void everyOperationOfRandAugmentIsEquallyFrequent() {
    // Inverting is the only one that turns black pixels of an otherwise grey image into white ones.
    RandAugment once = new RandAugment(1, 9, RandAugment.Variant.ABSOLUTE, 1, 0);
    int count = 4000;
    byte[] pixels = new byte[count * 4 * 4];
    Arrays.fill(pixels, (byte) 100);
    for (int i = 0; i < count; i++) {
      pixels[16 * i + 5] = 0;
    }
    Tensor images = Images.of(Tensor.of(pixels, count, 1, 4, 4)).levels();
    Tensor index = Tensor.of(LongStream.range(0, count).toArray(), count);
    float[] result =
        once.apply(Images.holding(images), KEY.uniform(index, once.draws()))
            .levels()
            .toFloatArray();
    int inverted = 0;
    for (int i = 0; i < count; i++) {
      inverted += result[16 * i + 5] == 255 && result[16 * i] == 155 ? 1 : 0;
    }
    assertThat((double) inverted / count).isCloseTo(1 / 16.0, offset(0.012));
  }

  /** What becomes of an image of level 200, for each index. */
  private static int[] brightness(ColorJitter jitter) {
    byte[] pixels = new byte[DRAWS];
    Arrays.fill(pixels, (byte) 200);
    ViewPipeline pipeline =
        new ViewPipeline(List.of(jitter, new Normalize(List.of(0.0), List.of(1.0))));
    byte[] levels = pipeline.pictures(Tensor.of(pixels, DRAWS, 1, 1, 1), index(), KEY).toBytes();
    int[] result = new int[DRAWS];
    for (int i = 0; i < DRAWS; i++) {
      result[i] = levels[i] & 0xff;
    }
    return result;
  }

  private static Tensor index() {
    return Tensor.of(LongStream.range(0, DRAWS).toArray(), DRAWS);
  }

  private static Draws draws(int index) {
    return new Draws(KEY, index, 0);
  }

  private static double share(Box box) {
    return (double) box.height() * box.width() / (4000.0 * 4000.0);
  }

  private static RandomResizedCrop crop(List<Double> scale, List<Double> ratio) {
    return new RandomResizedCrop(32, scale, ratio, Interpolation.BILINEAR);
  }

  private static void checkUniform(IntToDoubleFunction sample, double low, double high) {
    checkUniform(sample, DRAWS, low, high);
  }

  private static void checkUniform(IntToDoubleFunction sample, int count, double low, double high) {
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = sample.applyAsDouble(i);
    }
    double distance = distance(values, x -> (x - low) / (high - low));
    // The critical value of level 1e-3, and room for the rounding to pixels and levels.
    assertThat(distance).isLessThan(1.95 / Math.sqrt(count) + 0.004);
  }

  /** Returns the largest distance of the empirical distribution from another. */
  private static double distance(double[] values, DoubleUnaryOperator distribution) {
    Arrays.sort(values);
    double largest = 0;
    for (int i = 0; i < values.length; i++) {
      double expected = Math.max(0, Math.min(1, distribution.applyAsDouble(values[i])));
      double before = (double) i / values.length;
      double after = (i + 1.0) / values.length;
      double here = Math.max(Math.abs(expected - before), Math.abs(after - expected));
      largest = Math.max(largest, here);
    }
    return largest;
  }
}
