package io.diptych.view;

import io.diptych.tensor.DType;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;

/**
 * Changes of colour, in place, in Pillow's 8-bit arithmetic. Images are float32 levels [B, W, C,
 * H], amounts float32 [B]. Every sum here is of whole numbers below 2²⁴, so it is exact, and no
 * result depends on how the device splits the work.
 */
final class Colour {
  private Colour() {}

  /** Multiplies by a factor. */
  static Tensor brightness(Tensor columns, Tensor factor) {
    return cut(columns.mul_(perImage(factor)));
  }

  /** Moves the image away from its mean grey by a factor. */
  static Tensor contrast(Tensor columns, Tensor factor) {
    try (Scope scope = Scope.open()) {
      // Each column's sum is exact; their sum may need more digits.
      Tensor mean =
          luma(columns)
              .sum(1, 2)
              .to(DType.FLOAT64)
              .sum(1)
              .div((double) (columns.size(1) * columns.size(3)))
              .add(0.5)
              .floor()
              .to(DType.FLOAT32)
              .reshape(-1, 1, 1, 1);
      return scope.escape(blend(columns, mean, factor));
    }
  }

  /** Moves each pixel of a colour image away from its grey by a factor. */
  static Tensor saturation(Tensor columns, Tensor factor) {
    try (Scope scope = Scope.open()) {
      return scope.escape(blend(columns, luma(columns), factor));
    }
  }

  /** Returns the grey levels [B, W, 1, H]; those of grey images are their own, not copied. */
  static Tensor luma(Tensor columns) {
    if (columns.size(2) == 1) {
      return columns;
    }
    return columns
        .narrow(2, 0, 1)
        .mul(19595)
        .add_(columns.narrow(2, 1, 1).mul(38470))
        .add_(columns.narrow(2, 2, 1).mul(7471))
        .add_(32768)
        .mul_(0x1p-16)
        .floor_();
  }

  /**
   * Turns the hue of a colour image.
   *
   * @param shift in turns; of 255 steps around the circle, their whole part counts
   */
  static Tensor hue(Tensor columns, Tensor shift) {
    try (Scope scope = Scope.open()) {
      Tensor red = columns.narrow(2, 0, 1);
      Tensor green = columns.narrow(2, 1, 1);
      Tensor blue = columns.narrow(2, 2, 1);
      Tensor value = red.maximum(green).maximum_(blue);
      Tensor chroma = red.minimum(green).minimum_(blue).sub_(value).mul_(-1);
      Tensor coloured = chroma.clamp(1, 255);

      // Sixths of a circle from red: 0 + (g − b) / c, 2 + (b − r) / c or 4 + (r − g) / c.
      Tensor isRed = value.eq(red);
      Tensor isGreen = value.eq(green);
      Tensor fromRed = green.sub(blue);
      Tensor fromGreen = blue.sub(red).add_(coloured.mul(2));
      Tensor fromBlue = red.sub(green).add_(coloured.mul(4));
      Tensor sixths = Tensor.where(isRed, fromRed, Tensor.where(isGreen, fromGreen, fromBlue));
      sixths = Tensor.where(sixths.lt(0), sixths.add(coloured.mul(6)), sixths);
      // Of 255 steps. The quotient of whole numbers is rounded once, so its floor is exact.
      Tensor steps = sixths.mul_(85).div_(coloured.mul(2)).floor_();
      Tensor saturation = chroma.mul_(255).div_(value.clamp(1, 255)).floor_();

      Tensor turn = shift.mul(255).trunc().remainder(256).reshape(-1, 1, 1, 1);
      steps.add_(turn);
      steps = Tensor.where(steps.ge(256), steps.sub(256), steps);

      // Each channel is V · (1 − s · (1 − a)), with a its share in a fully saturated colour: in
      // 255ths, the distance of the hue from the channel's own third of the circle.
      Tensor six = steps.mul_(6);
      Tensor unit = Tensor.full(65025, DType.FLOAT32, columns.device());
      channel(red, unit, value, saturation, six.sub(3 * 255).abs_().add_(-255));
      channel(green, unit, value, saturation, six.sub(2 * 255).abs_().mul_(-1).add_(2 * 255));
      channel(blue, unit, value, saturation, six.sub(4 * 255).abs_().mul_(-1).add_(2 * 255));
      return columns;
    }
  }

  private static void channel(
      Tensor target, Tensor unit, Tensor value, Tensor saturation, Tensor share) {
    // V · (255² − S · (255 − a)) stays below 2²⁴, and its quotient is never within a rounding
    // error of a half, so this is Pillow's round half up.
    Tensor result = share.clamp_(0, 255).add_(-255).mul_(saturation).add_(65025).mul_(value);
    target.copy_(result.div_(unit).add_(0.5).floor_());
  }

  /** base + factor · (x − base), each operation rounded on its own, cut to levels. */
  private static Tensor blend(Tensor columns, Tensor base, Tensor factor) {
    return cut(columns.sub_(base).mul_(perImage(factor)).add_(base));
  }

  private static Tensor cut(Tensor values) {
    return values.clamp_(0, 255).floor_();
  }

  private static Tensor perImage(Tensor amount) {
    return amount.reshape(-1, 1, 1, 1);
  }
}
