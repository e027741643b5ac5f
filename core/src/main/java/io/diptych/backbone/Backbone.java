package io.diptych.backbone;

import io.diptych.nn.Layer;
import io.diptych.tensor.Tensor;
import java.util.List;
import java.util.Locale;

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

  /**
   * Returns the number of exits: small networks of their own that branch off on the way and give as
   * many features. {@link #forward} passes them by.
   */
  public int exits() {
    return 0;
  }

  /**
   * Encodes images at every exit as well.
   *
   * @param images [N, C, H, W]
   * @return the features of each exit, the earliest first, and last those of the whole network;
   *     each [N, width]
   */
  public List<Tensor> forwardExits(Tensor images) {
    return List.of(forward(images));
  }

  /**
   * Returns the maps on the way to the features: of the stem, then of each stage. What detectors
   * and classifiers of inner layers build on.
   *
   * @param images [N, C, H, W]
   * @return [N, channels, height, width] each, the finest first; none if the backbone has no maps
   */
  public List<Tensor> featureMaps(Tensor images) {
    return List.of();
  }

  /**
   * Checks that every map on the way has a cell.
   *
   * @param least side of the smallest images that are so, in pixels
   * @throws IllegalArgumentException if the images are smaller
   */
  static void requireSide(Tensor images, String backbone, int least) {
    long height = images.size(-2);
    long width = images.size(-1);
    if (Math.min(height, width) < least) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "images of %d x %d pixels are too small for %s, which takes %d x %d or more",
              height,
              width,
              backbone,
              least,
              least));
    }
  }
}
