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

  /** Returns the names of the layers and exits that {@link #upTo} takes, in their order. */
  public List<String> layers() {
    return List.of();
  }

  /**
   * Returns what encodes images by the part of this backbone up to a layer, or by an exit.
   *
   * @param layer one of {@link #layers}
   * @return takes [N, C, H, W] and gives [N, F]: of a map the mean over each channel, of tokens
   *     that of the class; the weights are those of this backbone
   * @throws IllegalArgumentException if there is no such layer, naming those there are
   */
  public final Layer upTo(String layer) {
    int place = layers().indexOf(layer);
    if (place < 0) {
      throw new IllegalArgumentException(
          "the encoder has no layer '"
              + layer
              + "'; "
              + (layers().isEmpty()
                  ? "none can be chosen"
                  : "take " + String.join(", ", layers())));
    }
    return new UpTo(this, place);
  }

  /** Encodes images up to the layer of a place in {@link #layers}. */
  Tensor forwardTo(int layer, Tensor images) {
    throw new IndexOutOfBoundsException(layer);
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
