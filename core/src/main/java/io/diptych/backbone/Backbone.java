package io.diptych.backbone;

import io.diptych.nn.Layer;

/**
 * An image encoder: [N, C, H, W] images to [N, {@link #width()}] features. What the methods train
 * and what a user takes away; heads are the methods' business.
 */
public abstract class Backbone extends Layer {
  /** For subclasses. */
  protected Backbone() {}

  /** Returns the number of features of one image. */
  public abstract int width();

  /** Returns a new backbone of the same shape, not initialised: what a teacher is made of. */
  public abstract Backbone another();
}
