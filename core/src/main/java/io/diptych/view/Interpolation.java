package io.diptych.view;

import io.diptych.tensor.Tensor;

/** How a resized image takes its values from the original's. */
public enum Interpolation {
  /** A triangle as wide as two pixels. */
  BILINEAR(1) {
    @Override
    Tensor weight(Tensor distance) {
      return distance.abs().rsub(1).clamp(0, 1);
    }
  },
  /** Keys' cubic with a = −0.5, as wide as four pixels. */
  BICUBIC(2) {
    @Override
    Tensor weight(Tensor distance) {
      Tensor x = distance.abs().clamp(0, 2);
      Tensor inner = x.mul(1.5).sub(2.5).mul(x).mul(x).add(1);
      Tensor outer = x.sub(5).mul(x).add(8).mul(x).sub(4).mul(-0.5);
      return Tensor.where(x.lt(1), inner, outer);
    }
  };

  private final int support;

  Interpolation(int support) {
    this.support = support;
  }

  /** Returns the distance, in pixels of the coarser image, from which on the weight is 0. */
  int support() {
    return support;
  }

  /** Returns the weight, not normalised, at a distance in pixels of the coarser image. */
  abstract Tensor weight(Tensor distance);
}
