package io.diptych.view;

import io.diptych.tensor.DType;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Pillow's Gaussian blur: three averages over a box along the width, then three along the height,
 * each rounded to levels; pixels beyond the edge repeat it. The box has a fractional radius, so its
 * outermost two pixels count less.
 *
 * <p>Pillow's weights are whole multiples of 2⁻²⁴, and for some radii many averages lie within 2⁻²⁴
 * of a half. To round these alike, the upper and the lower 12 bits of the weights are summed apart:
 * both sums are of whole numbers that float32 holds exactly, for boxes of up to 15 pixels.
 */
final class BoxBlur {
  private static final int PASSES = 3;
  private static final double ONE = 1 << 24;
  private static final double HALF_BITS = 1 << 12;

  private static final Tensor PER_HALF = Constant.of(0x1p-12);
  private static final Tensor HALF = Constant.of(0.5);
  private static final long PART_VALUES = 32 * 3072;

  private record Copy(Tensor from, Tensor to) {}

  private final Tensor inner;
  private final List<Copy> copies = new ArrayList<>();
  private final List<Tensor> shifted = new ArrayList<>();

  /**
   * Returns the blurred images.
   *
   * @param levels float32 [B, C, H, W]
   * @param sigma the standard deviation in pixels, float32 [B]
   * @param largest no sigma is above this
   */
  static Tensor blur(Tensor levels, Tensor sigma, double largest) {
    try (Scope scope = Scope.open()) {
      int reach = reach(largest);
      Tensor weights = weights(sigma.reshape(-1, 1), reach);
      Tensor upper = weights.div(HALF_BITS).floor();
      Tensor lower = weights.sub(upper.mul(HALF_BITS)).div(HALF_BITS);
      upper = upper.div(HALF_BITS);
      long count = levels.size(0);
      long part = levels.device().isCpu() ? partSize(levels) : count;
      List<Tensor> parts = new ArrayList<>();
      for (long start = 0; start < count; start += part) {
        long length = Math.min(part, count - start);
        Tensor some = levels.narrow(0, start, length);
        for (int axis = 3; axis >= 2; axis--) {
          some =
              new BoxBlur(some, axis, reach)
                  .average(upper.narrow(0, start, length), lower.narrow(0, start, length));
        }
        parts.add(some);
      }
      return scope.escape(Tensor.cat(parts, 0));
    }
  }

  /** Returns how many images are blurred at once, to stay in the cache over all passes. */
  private static long partSize(Tensor levels) {
    long values = levels.size(1) * levels.size(2) * levels.size(3);
    return Math.max(1, PART_VALUES / values);
  }

  private BoxBlur(Tensor levels, int axis, int reach) {
    long size = levels.size(axis);
    long[] shape = levels.shape().sizes();
    shape[axis] += 2L * reach;
    Tensor padded = Tensor.empty(DType.FLOAT32, levels.device(), shape);
    inner = padded.narrow(axis, reach, size).copy_(levels);
    Tensor first = padded.narrow(axis, reach, 1);
    Tensor last = padded.narrow(axis, reach + size - 1, 1);
    for (int i = 0; i < reach; i++) {
      copies.add(new Copy(first, padded.narrow(axis, i, 1)));
      copies.add(new Copy(last, padded.narrow(axis, reach + size + i, 1)));
    }
    // Neighbours are a fixed number of values apart, so whole images are shifted at once. What this
    // makes of the border is wrong, and replaced before the next pass.
    long step = axis == 3 ? 1 : shape[3];
    Tensor flat = padded.reshape(shape[0], -1);
    long length = flat.size(1) - 2L * reach * step;
    for (int shift = 0; shift <= 2 * reach; shift++) {
      shifted.add(flat.narrow(1, shift * step, length));
    }
  }

  /** Averages three times along the axis; returns a part of a larger tensor. */
  private Tensor average(Tensor upper, Tensor lower) {
    int reach = shifted.size() / 2;
    Tensor center = shifted.get(reach);
    Tensor low = Tensor.empty(DType.FLOAT32, center.device(), center.shape().sizes());
    List<Tensor> pairs = new ArrayList<>();
    List<Tensor> uppers = new ArrayList<>();
    List<Tensor> lowers = new ArrayList<>();
    for (int distance = 0; distance <= reach; distance++) {
      uppers.add(upper.narrow(1, distance, 1));
      lowers.add(lower.narrow(1, distance, 1));
      pairs.add(
          distance == 0
              ? center
              : Tensor.empty(DType.FLOAT32, center.device(), center.shape().sizes()));
    }
    for (int pass = 0; pass < PASSES; pass++) {
      for (Copy copy : copies) {
        copy.to.copy_(copy.from);
      }
      low.setProduct_(center, lowers.get(0));
      for (int distance = 1; distance <= reach; distance++) {
        Tensor pair = pairs.get(distance);
        pair.setSum_(shifted.get(reach - distance), shifted.get(reach + distance));
        low.addProduct_(pair, lowers.get(distance));
      }
      center.mul_(uppers.get(0));
      for (int distance = 1; distance <= reach; distance++) {
        center.addProduct_(pairs.get(distance), uppers.get(distance));
      }
      center.addProduct_(low.floor_(), PER_HALF).add_(HALF).floor_();
    }
    return inner;
  }

  /** Returns the weights of the pixels at distance 0 … reach in 2⁻²⁴: float32 [B, reach + 1]. */
  private static Tensor weights(Tensor sigma, int reach) {
    Tensor radius = radius(sigma);
    Tensor whole = radius.floor();
    Tensor inside = radius.mul(2).add(1).reciprocal().mul(ONE).floor();
    Tensor edge = whole.mul(2).add(1).mul(inside).rsub(ONE).mul(0.5).floor();
    Tensor distance = Tensor.arange(reach + 1L, sigma.device()).to(DType.FLOAT32);
    Tensor beyond = Tensor.zeros(DType.FLOAT32, sigma.device());
    Tensor isInside = distance.le(whole);
    Tensor isEdge = distance.le(whole.add(1));
    return Tensor.where(isInside, inside, Tensor.where(isEdge, edge, beyond));
  }

  /** Returns the radius of the box, with Pillow's order of float32 operations. */
  private static Tensor radius(Tensor sigma) {
    Tensor variance = sigma.square().div(PASSES);
    Tensor length = variance.to(DType.FLOAT64).mul(12).add(1).sqrt().to(DType.FLOAT32);
    Tensor whole = length.sub(1).mul(0.5).floor();
    Tensor next = whole.add(1);
    Tensor above = whole.mul(next).sub(variance.mul(3)).mul(whole.mul(2).add(1));
    Tensor below = variance.sub(next.square()).mul(6);
    return whole.add(above.div(below));
  }

  /** Returns the largest distance that can have a weight: the box's radius, rounded down, + 1. */
  private static int reach(double largest) {
    double length = Math.sqrt(12 * largest * largest / PASSES + 1);
    return (int) Math.floor((length - 1) / 2) + 1;
  }
}
