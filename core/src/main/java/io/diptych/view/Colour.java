package io.diptych.view;

import io.diptych.tensor.DType;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;

/**
 * Changes of colour in Pillow's 8-bit arithmetic. Images are float32 levels [B, C, H, W], amounts
 * float32 [B]; changes are made in place.
 *
 * <p>Every sum here is of whole numbers below 2²⁴, so it is exact, and no result depends on how the
 * device splits the work. Cases are told apart by arithmetic, as selecting by a mask takes several
 * times longer.
 */
final class Colour {
  /** For red, green and blue: six times the step of its opposite hue, or of its own. */
  private static final float[] THIRD = {3 * 255, 2 * 255, 4 * 255};

  private static final float[] SIGN = {1, -1, -1};
  private static final float[] OFFSET = {-2 * 255, 255, 255};

  private static final Tensor RED = Constant.of(19595 * 0x1p-16);
  private static final Tensor GREEN = Constant.of(38470 * 0x1p-16);
  private static final Tensor BLUE = Constant.of(7471 * 0x1p-16);
  private static final Tensor ZERO = Constant.of(0);
  private static final Tensor HALF = Constant.of(0.5);
  private static final Tensor ONE = Constant.of(1);
  private static final Tensor FULL = Constant.of(255);
  private static final Tensor PER_256 = Constant.of(0x1p-8);

  private Colour() {}

  /**
   * Moves levels away from a base: base + factor · (level − base), cut to levels.
   *
   * @param base what a factor of 0 gives, [B, 1, H, W] or [B, 1, 1, 1]
   * @param factor [B]
   */
  static void blend(Tensor levels, Tensor base, Tensor factor) {
    levels.sub_(base).mul_(factor.reshape(-1, 1, 1, 1)).add_(base).clamp_(0, 255).floor_();
  }

  /**
   * Moves levels away from those of the smoothed images.
   *
   * @param factor [B]
   */
  static Tensor sharpness(Tensor levels, Tensor factor) {
    blend(levels, smooth(levels), factor);
    return levels;
  }

  /** Returns weighted means over 3 x 3 pixels, in which the middle counts five times as much. */
  private static Tensor smooth(Tensor levels) {
    Tensor result = levels.copy();
    long height = levels.size(2) - 2;
    long width = levels.size(3) - 2;
    if (height < 1 || width < 1) {
      return result;
    }
    Tensor inner = result.narrow(2, 1, height).narrow(3, 1, width);
    Tensor sum = inner.mul(4);
    for (int y = 0; y < 3; y++) {
      for (int x = 0; x < 3; x++) {
        sum = sum.add(levels.narrow(2, y, height).narrow(3, x, width));
      }
    }
    // A thirteenth of a whole number is never within a rounding error of a half.
    inner.copy_(sum.div_(exactly(13, levels)).add_(HALF).floor_());
    return result;
  }

  /** Returns the grey levels [B, 1, H, W]; a copy. */
  static Tensor luma(Tensor levels) {
    if (levels.size(1) == 1) {
      return levels.copy();
    }
    return levels
        .narrow(1, 0, 1)
        .mul(RED)
        .addProduct_(levels.narrow(1, 1, 1), GREEN)
        .addProduct_(levels.narrow(1, 2, 1), BLUE)
        .add_(HALF)
        .floor_();
  }

  /** Returns the mean of the grey levels [B, 1, H, W] of each image, rounded, as [B, 1, 1, 1]. */
  static Tensor mean(Tensor luma) {
    long pixels = luma.size(2) * luma.size(3);
    // Each row's sum is exact in float32; that of all may need more digits.
    return luma.sum(3)
        .to(DType.FLOAT64)
        .sum(2)
        .div((double) pixels)
        .add(0.5)
        .floor()
        .to(DType.FLOAT32)
        .reshape(-1, 1, 1, 1);
  }

  /**
   * Turns the hue of colour images.
   *
   * @param turn by how many of 256 steps, whole numbers from 0 to 255, [B]
   */
  static void hue(Tensor levels, Tensor turn) {
    try (Scope scope = Scope.open()) {
      Tensor red = levels.narrow(1, 0, 1);
      Tensor green = levels.narrow(1, 1, 1);
      Tensor blue = levels.narrow(1, 2, 1);
      Tensor value = red.maximum(green).maximum_(blue);
      Tensor lowest = red.minimum(green).minimum_(blue);
      Tensor chroma = value.sub(lowest);
      Tensor step = step(levels, value, chroma);
      step.add_(turn.reshape(-1, 1, 1, 1));
      step.addProduct_(step.mul(PER_256).floor_(), Constant.of(-256));
      Tensor saturation = chroma.mul_(FULL).div_(value.maximum(ONE)).floor_();
      fromHue(levels, step, saturation, value);
    }
  }

  /**
   * Returns the hue in 255ths of the circle, rounded down; 0 where there is no chroma. Where the
   * hue is a whole number of these, it depends on the rounding of every operation: these are such
   * that all hues come out as Pillow's.
   */
  private static Tensor step(Tensor levels, Tensor value, Tensor chroma) {
    Tensor above = levels.sub(value);
    Tensor isHighest = above.add(ONE).maximum_(ZERO);
    Tensor red = above.narrow(1, 0, 1);
    Tensor green = above.narrow(1, 1, 1);
    Tensor blue = above.narrow(1, 2, 1);
    // In sixths of the circle times chroma: g − b if red is the highest, else 2 c + b − r if green
    // is, else 4 c + r − g.
    Tensor ifRed = green.sub(blue);
    Tensor ifGreen = blue.sub(red).addProduct_(chroma, Constant.of(2));
    Tensor sixths = red.sub(green).addProduct_(chroma, Constant.of(4));
    sixths.addProduct_(ifGreen.sub_(sixths), isHighest.narrow(1, 1, 1));
    sixths.addProduct_(ifRed.sub_(sixths), isHighest.narrow(1, 0, 1));
    // As the nearest odd number of sixths, where only one of red, green and blue is at its extreme
    // and changes, and the rest.
    Tensor divisor = chroma.maximum(ONE);
    Tensor odd = sixths.div(divisor.add(divisor)).floor_().mul_(Constant.of(2)).add_(ONE);
    Tensor turns = sixths.sub_(odd.mul(divisor)).div_(divisor).add_(odd).div_(exactly(6, levels));
    turns.sub_(turns.floor());
    // 255 · turns may be rounded up to a whole number; 256 · turns and its differences are exact.
    Tensor step = turns.mul(FULL).floor_();
    return step.add_(turns.mul(Constant.of(256)).sub_(step).sub_(turns).floor_());
  }

  /** A divisor on the device: one on the processor is multiplied by as its rounded reciprocal. */
  private static Tensor exactly(double divisor, Tensor levels) {
    return levels.device().isCpu()
        ? Constant.of(divisor)
        : Tensor.full(divisor, DType.FLOAT32, levels.device());
  }

  /** Writes the colours of these hues. */
  private static void fromHue(Tensor levels, Tensor step, Tensor saturation, Tensor value) {
    // Each channel is V · (1 − s · (1 − a)), where a falls from 1 to 0 with the distance of the hue
    // from the channel's third of the circle. In 255ths a is whole, V · (255² − S · (255 − a)) is
    // below 2²⁴, and its quotient by 255² is never within a rounding error of a half: so this is
    // Pillow's rounding half up.
    levels
        .copy_(step.mul_(Constant.of(6)))
        .sub_(each(THIRD, levels))
        .abs_()
        .mul_(each(SIGN, levels))
        .add_(each(OFFSET, levels))
        .clamp_(-255, 0)
        .mul_(saturation)
        .add_(Constant.of(65025))
        .mul_(value)
        .div_(exactly(65025, levels))
        .add_(HALF)
        .floor_();
  }

  private static Tensor each(float[] channels, Tensor levels) {
    return Tensor.of(channels, 1, channels.length, 1, 1).to(levels.device());
  }
}
