package io.diptych.view;

import io.diptych.option.About;
import io.diptych.option.Option;
import io.diptych.tensor.DType;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;

/**
 * Changes the image by some operations, each drawn anew from a list, of one strength.
 *
 * @param count how many operations
 * @param magnitude the strength
 * @param variant which operations, and what a strength means for each
 * @param p the probability of each operation
 * @param noise the standard deviation of the strength
 */
@About(
    value = "Some operations, each drawn anew from a list, of one strength.",
    source = "Cubuk, Zoph, Shlens and Le, RandAugment, NeurIPS 2020, arXiv:1909.13719")
public record RandAugment(
    @Option(value = "2", range = "[1, 16]", doc = "how many operations") int count,
    @Option(
            value = "9",
            range = "[0, 30]",
            doc = "strength; 30 is the most of variant absolute, 10 of variant increasing")
        double magnitude,
    @Option(
            value = "absolute",
            doc =
                "absolute: 16 operations with cutout, moves in pixels; increasing: 15 operations"
                    + " that all grow with the strength, moves in shares of the image")
        Variant variant,
    @Option(value = "1.0", range = "[0, 1]", doc = "probability of each operation") double p,
    @Option(value = "0", range = "[0, 10]", doc = "standard deviation of the strength")
        double noise)
    implements Augmentation {
  private static final int DRAWS = 7;

  /** Which operations there are, and what a strength means for each. */
  public enum Variant {
    /** As first made public, on the scale from 0 to 30. */
    ABSOLUTE,
    /** Every operation grows with the strength, on the scale from 0 to 10. */
    INCREASING
  }

  @Override
  public int draws() {
    return DRAWS * count;
  }

  @Override
  public Images apply(Images images, Tensor draws) {
    try (Scope scope = Scope.open()) {
      Tensor levels = images.levels();
      for (int i = 0; i < count; i++) {
        levels = once(levels, draws.narrow(1, (long) DRAWS * i, DRAWS));
      }
      return Images.holding(scope.escape(levels));
    }
  }

  private Tensor once(Tensor images, Tensor draws) {
    Map<Operation, BinaryOperator<Tensor>> operations = operations(images.size(3), images.size(2));
    Tensor which = draws.select(1, 0).mul(operations.size()).floor();
    Tensor happens = draws.select(1, 1).lt(p);
    Tensor sign = draws.select(1, 2).lt(0.5).to(DType.FLOAT32).mul(-2).add(1);
    Tensor share = share(draws.select(1, 3), draws.select(1, 4));
    Tensor place = draws.narrow(1, 5, 2);
    Tensor levels = images;
    int number = 0;
    for (Map.Entry<Operation, BinaryOperator<Tensor>> entry : operations.entrySet()) {
      Tensor amount = entry.getValue().apply(share, sign);
      levels =
          Subset.change(
              levels,
              which.eq(number).and(happens),
              (some, rows) ->
                  entry.getKey().apply(some, rows.apply(amount), setting(rows.apply(place))));
      number++;
    }
    return levels;
  }

  /** Returns the strength as a share of the most: normal around the magnitude. */
  private Tensor share(Tensor first, Tensor second) {
    double most = most();
    Tensor radius = first.rsub(1).log().mul(-2).sqrt();
    Tensor normal = radius.mul(second.mul(2 * Math.PI).cos());
    return normal.mul(noise).add(magnitude).clamp(0, most).div(most);
  }

  private double most() {
    return variant == Variant.ABSOLUTE ? 30 : 10;
  }

  private Operation.Setting setting(Tensor place) {
    return variant == Variant.ABSOLUTE
        ? new Operation.Setting(Sampling.NEAREST, List.of(0), place)
        : new Operation.Setting(Sampling.BICUBIC, List.of(124, 116, 104), place);
  }

  /**
   * Returns the operations with what makes the amount of each from the share of the most strength,
   * and from a sign.
   */
  Map<Operation, BinaryOperator<Tensor>> operations(long width, long height) {
    boolean absolute = variant == Variant.ABSOLUTE;
    Map<Operation, BinaryOperator<Tensor>> operations = new LinkedHashMap<>();
    operations.put(Operation.AUTOCONTRAST, (share, sign) -> share);
    operations.put(Operation.EQUALIZE, (share, sign) -> share);
    operations.put(Operation.INVERT, (share, sign) -> share);
    operations.put(Operation.ROTATE, signed(30));
    operations.put(Operation.POSTERIZE, absolute ? whole(4) : less(4, 4));
    operations.put(Operation.SOLARIZE, absolute ? (share, sign) -> share.mul(256) : less(256, 256));
    operations.put(absolute ? Operation.ADD_AND_SOLARIZE : Operation.SOLARIZE_ADD, whole(110));
    BinaryOperator<Tensor> factor =
        absolute
            ? (share, sign) -> share.mul(1.8).add(0.1)
            : (share, sign) -> share.mul(0.9).mul(sign).add(1).clamp(0.1, 2);
    operations.put(Operation.COLOR, factor);
    operations.put(Operation.CONTRAST, factor);
    operations.put(Operation.BRIGHTNESS, factor);
    operations.put(Operation.SHARPNESS, factor);
    operations.put(Operation.SHEAR_X, signed(0.3));
    operations.put(Operation.SHEAR_Y, signed(0.3));
    if (absolute) {
      operations.put(Operation.CUTOUT, (share, sign) -> share.mul(40));
    }
    operations.put(Operation.TRANSLATE_X, signed(absolute ? 100 : 0.45 * width));
    operations.put(Operation.TRANSLATE_Y, signed(absolute ? 100 : 0.45 * height));
    return operations;
  }

  private static BinaryOperator<Tensor> signed(double most) {
    return (share, sign) -> share.mul(most).mul(sign);
  }

  private static BinaryOperator<Tensor> whole(double most) {
    return (share, sign) -> share.mul(most).floor();
  }

  private static BinaryOperator<Tensor> less(double from, double most) {
    return (share, sign) -> share.mul(most).floor().rsub(from);
  }
}
