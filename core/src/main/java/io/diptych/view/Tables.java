package io.diptych.view;

import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;

/**
 * Changes that give each of the 256 levels another: tables float32 [B or 1, C or 1, 256]. Those
 * that hang on an image are made from its histogram, for each channel alone.
 */
final class Tables {
  private static final int LEVELS = 256;
  private static final double FULL = LEVELS - 1;

  private Tables() {}

  /** Returns the levels that the tables give, of the shape of the images. */
  static Tensor apply(Tensor levels, Tensor tables) {
    try (Scope scope = Scope.open()) {
      long count = levels.size(0);
      long channels = levels.size(1);
      long pixels = levels.size(2) * levels.size(3);
      Tensor index = levels.to(DType.INT64).reshape(count, channels, pixels);
      return scope.escape(
          tables.expand(count, channels, LEVELS).gather(2, index).reshape(levels.shape().sizes()));
    }
  }

  /** Returns all levels in order, [1, 1, 256]. */
  static Tensor levels(Device device) {
    return Tensor.arange(LEVELS, device).to(DType.FLOAT32).reshape(1, 1, LEVELS);
  }

  /** Inverts. */
  static Tensor invert(Device device) {
    return levels(device).rsub(FULL);
  }

  /**
   * Inverts the levels from a threshold on.
   *
   * @param threshold float32 [B]
   */
  static Tensor solarize(Tensor threshold) {
    Tensor levels = levels(threshold.device());
    return Tensor.where(levels.lt(perImage(threshold)), levels, levels.rsub(FULL));
  }

  /**
   * Adds to the levels below a threshold.
   *
   * @param amount float32 [B], whole numbers
   */
  static Tensor solarizeAdd(Tensor amount, double threshold) {
    Tensor levels = levels(amount.device());
    Tensor added = levels.add(perImage(amount)).clamp(0, FULL);
    return Tensor.where(levels.lt(threshold), added, levels);
  }

  /**
   * Keeps the upper bits of the levels.
   *
   * @param bits how many, float32 [B], whole numbers from 0 to 8
   */
  static Tensor posterize(Tensor bits) {
    // Exactly 2 to the bits that are cut off, which a power function need not give.
    Tensor power = Tensor.of(new float[] {256, 128, 64, 32, 16, 8, 4, 2, 1}, 9).to(bits.device());
    Tensor step = perImage(power.indexSelect(0, bits.clamp(0, 8).to(DType.INT64)));
    return levels(bits.device()).div(step).floor().mul(step);
  }

  /** Stretches the levels of each channel to the full range; one level stays as it is. */
  static Tensor autocontrast(Tensor images) {
    try (Scope scope = Scope.open()) {
      Tensor flat = images.flatten(2);
      Tensor low = flat.min(2, true).values().to(DType.FLOAT64);
      Tensor high = flat.max(2, true).values().to(DType.FLOAT64);
      Tensor range = high.sub(low);
      Tensor levels = levels(images.device()).to(DType.FLOAT64);
      Tensor scale = Tensor.full(FULL, DType.FLOAT64, images.device()).div(range.clamp(1, FULL));
      Tensor stretched = levels.mul(scale).sub(low.mul(scale)).trunc().clamp(0, FULL);
      return scope.escape(Tensor.where(range.gt(0), stretched, levels).to(DType.FLOAT32));
    }
  }

  /** Makes all levels of each channel about equally frequent. */
  static Tensor equalize(Tensor images) {
    try (Scope scope = Scope.open()) {
      Tensor histogram = histogram(images);
      Tensor total = histogram.sumKeep(2);
      Tensor levels = levels(images.device()).to(DType.FLOAT64);
      // The pixels of the highest level there is do not count.
      Tensor highest = images.flatten(2).max(2, true).indices();
      Tensor top = images.flatten(2).gather(2, highest).to(DType.INT64);
      Tensor step = total.sub(histogram.gather(2, top)).div(FULL).floor();
      Tensor below = histogram.cumsum(2).sub(histogram);
      Tensor divisor = step.clamp(1, Double.POSITIVE_INFINITY);
      Tensor equal = below.add(step.div(2).floor()).div(divisor).floor().clamp(0, FULL);
      return scope.escape(Tensor.where(step.gt(0), equal, levels).to(DType.FLOAT32));
    }
  }

  /** Returns how many pixels of each channel have each level, float64 [B, C, 256]. */
  private static Tensor histogram(Tensor images) {
    Tensor index = images.to(DType.INT64).flatten(2);
    Tensor ones = Tensor.full(1, DType.FLOAT64, images.device(), index.shape().sizes());
    return Tensor.zeros(DType.FLOAT64, images.device(), images.size(0), images.size(1), LEVELS)
        .scatterAdd_(2, index, ones);
  }

  private static Tensor perImage(Tensor values) {
    return values.reshape(-1, 1, 1);
  }
}
