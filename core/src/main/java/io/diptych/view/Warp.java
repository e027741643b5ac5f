package io.diptych.view;

import io.diptych.tensor.DType;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Moves the pixels of images by affine maps, as Pillow's {@code transform} does. A map takes places
 * of the result to places of the original, (x, y) ↦ (a x + b y + c, d x + e y + f), with the origin
 * at the upper left corner and the middle of the first pixel at (½, ½). What lies outside of the
 * original is filled.
 *
 * <p>Maps are float64 [B, 6]: a to f of each image.
 */
final class Warp {
  /** Pillow counts in 65,536ths of a pixel where it takes the nearest. */
  private static final double FIXED = 1 << 16;

  private final Tensor levels;
  private final long height;
  private final long width;

  private Warp(Tensor levels) {
    this.levels = levels;
    height = levels.size(2);
    width = levels.size(3);
  }

  /**
   * Returns the moved images.
   *
   * @param levels float32 [B, C, H, W]
   * @param maps float64 [B, 6]
   * @param fill the level outside, of each channel, or one for all
   */
  static Tensor apply(Tensor levels, Tensor maps, Sampling sampling, List<Integer> fill) {
    try (Scope scope = Scope.open()) {
      Warp warp = new Warp(levels);
      Tensor moved = sampling == Sampling.NEAREST ? warp.nearest(maps) : warp.mixed(maps, sampling);
      Tensor inside = warp.inside(maps, sampling).to(DType.FLOAT32).unsqueeze(1);
      Tensor filled = fill(levels, fill);
      return scope.escape(moved.sub_(filled).mul_(inside).add_(filled));
    }
  }

  /** Returns the maps that turn images by angles, float32 [B] in degrees, against the clock. */
  static Tensor rotation(Tensor degrees, long height, long width) {
    Tensor angle = degrees.to(DType.FLOAT64).mul(-Math.PI / 180);
    Tensor cos = angle.cos();
    Tensor sin = angle.sin();
    return around(cos, sin, sin.neg(), cos, height, width);
  }

  /** Returns the maps (a b; d e) that leave the middle of the images where it is. */
  static Tensor around(Tensor a, Tensor b, Tensor d, Tensor e, long height, long width) {
    double x = width / 2.0;
    double y = height / 2.0;
    Tensor c = a.mul(-x).sub(b.mul(y)).add(x);
    Tensor f = d.mul(-x).sub(e.mul(y)).add(y);
    return maps(a, b, c, d, e, f);
  }

  /** Returns the maps of these numbers, each float64 [B]. */
  static Tensor maps(Tensor... numbers) {
    return Tensor.stack(List.of(numbers), 1);
  }

  /** Returns the levels of a filling, float32 [1, C, 1, 1]. */
  static Tensor fill(Tensor levels, List<Integer> fill) {
    int channels = (int) levels.size(1);
    float[] each = new float[channels];
    for (int c = 0; c < channels; c++) {
      each[c] = fill.get(Math.min(c, fill.size() - 1));
    }
    return Tensor.of(each, 1, channels, 1, 1).to(levels.device());
  }

  /** Returns where in the original each pixel of the result lies: x, and with 3 instead of 0, y. */
  private Tensor place(Tensor maps, int first) {
    return coordinate(maps, first, 0.5).reshape(-1, height, width);
  }

  /** Returns a coordinate; {@code middle} is that of the first pixel of the result. */
  private Tensor coordinate(Tensor maps, int first, double middle) {
    Tensor x = Tensor.arange(width, maps.device()).to(DType.FLOAT64).add(middle);
    Tensor y = Tensor.arange(height, maps.device()).to(DType.FLOAT64).add(middle).reshape(-1, 1);
    return number(maps, first)
        .mul(x)
        .add(number(maps, first + 1).mul(y))
        .add(number(maps, first + 2));
  }

  private static Tensor number(Tensor maps, int which) {
    return maps.select(1, which).reshape(-1, 1, 1);
  }

  private Tensor inside(Tensor maps, Sampling sampling) {
    boolean nearest = sampling == Sampling.NEAREST;
    Tensor x = nearest ? fixed(maps, 0) : place(maps, 0);
    Tensor y = nearest ? fixed(maps, 3) : place(maps, 3);
    return x.ge(0).and(x.lt((double) width)).and(y.ge(0)).and(y.lt((double) height));
  }

  /** Returns the row or column of the original, in Pillow's fixed point numbers. */
  private Tensor fixed(Tensor maps, int first) {
    Tensor slopes = maps.narrow(1, first, 2);
    Tensor start = slopes.sum(1).mul(0.5).add(maps.select(1, first + 2)).unsqueeze(1);
    Tensor counts = Tensor.cat(List.of(slopes, start), 1).mul(FIXED).add(0.5).floor();
    return coordinate(counts, 0, 0).div(FIXED).floor();
  }

  private Tensor nearest(Tensor maps) {
    return pick(fixed(maps, 0), fixed(maps, 3));
  }

  private Tensor mixed(Tensor maps, Sampling sampling) {
    int taps = sampling == Sampling.BILINEAR ? 2 : 4;
    Tensor x = place(maps, 0).sub(0.5);
    Tensor y = place(maps, 3).sub(0.5);
    Tensor left = x.floor();
    Tensor top = y.floor();
    List<Tensor> across = weights(x.sub(left), taps);
    List<Tensor> down = weights(y.sub(top), taps);
    Tensor sum = Tensor.zeros(DType.FLOAT64, levels.device(), levels.shape().sizes());
    for (int i = 0; i < taps; i++) {
      for (int j = 0; j < taps; j++) {
        try (Scope scope = Scope.open()) {
          double before = taps / 2.0 - 1;
          Tensor pixel = pick(left.add(j - before), top.add(i - before)).to(DType.FLOAT64);
          sum.addProduct_(pixel, across.get(j).mul(down.get(i)).unsqueeze(1));
        }
      }
    }
    return sum.clamp_(0, 255).floor_().to(DType.FLOAT32);
  }

  /** Returns the weights of the pixels around a place that lies {@code part} behind one of them. */
  private static List<Tensor> weights(Tensor part, int taps) {
    if (taps == 2) {
      return List.of(part.rsub(1), part);
    }
    List<Tensor> weights = new ArrayList<>();
    for (int i = 0; i < taps; i++) {
      Tensor distance = part.sub(i - 1.0).abs();
      boolean near = i == 1 || i == 2;
      // Keys' cubic with a = −1.
      weights.add(
          near
              ? distance.sub(2).mul(distance).mul(distance).add(1)
              : distance.sub(5).mul(distance).add(8).mul(distance).sub(4).neg());
    }
    return weights;
  }

  /** Returns the levels of these columns and rows; beyond the edge, those of the edge. */
  private Tensor pick(Tensor columns, Tensor rows) {
    long channels = levels.size(1);
    Tensor place =
        rows.clamp(0, height - 1.0)
            .mul((double) width)
            .add(columns.clamp(0, width - 1.0))
            .to(DType.INT64)
            .reshape(-1, 1, height * width)
            .expand(levels.size(0), channels, height * width);
    return levels
        .reshape(-1, channels, height * width)
        .gather(2, place)
        .reshape(levels.shape().sizes());
  }
}
