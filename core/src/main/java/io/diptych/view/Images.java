package io.diptych.view;

import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Tensor;

/**
 * A batch of images between augmentations: float32 grey levels, whole numbers from 0 to 255, until
 * they are normalised. Grey images have one channel, colour images three (red, green, blue).
 */
public final class Images {
  private final Tensor levels;

  private Images(Tensor levels) {
    this.levels = levels;
  }

  /**
   * Returns the images of pixels, in memory of their own.
   *
   * @param pixels uint8 [B, C, H, W]
   * @throws IllegalArgumentException if the type or shape is another, or there are neither one nor
   *     three channels
   */
  public static Images of(Tensor pixels) {
    require(pixels);
    return new Images(pixels.contiguous().to(DType.FLOAT32));
  }

  static void require(Tensor pixels) {
    if (pixels.dtype() != DType.UINT8 || pixels.rank() != 4) {
      throw new IllegalArgumentException(
          "pixels must be uint8 [B, C, H, W], were " + pixels.dtype() + " " + pixels.shape());
    }
    long channels = pixels.size(1);
    if (channels != 1 && channels != 3) {
      throw new IllegalArgumentException(
          "images must have 1 channel (grey) or 3 (colour), had " + channels);
    }
    if (pixels.size(2) == 0 || pixels.size(3) == 0) {
      throw new IllegalArgumentException("images must have pixels, shape is " + pixels.shape());
    }
  }

  /** Returns the images that a tensor [B, C, H, W] holds, which is then theirs to change. */
  static Images holding(Tensor levels) {
    return new Images(levels);
  }

  /** Returns the values, float32 [B, C, H, W]; shares memory with the images. */
  public Tensor levels() {
    return levels;
  }

  /** Returns the number of images, B. */
  public int count() {
    return (int) levels.size(0);
  }

  /** Returns the number of channels: 1 for grey images, 3 for colour. */
  public int channels() {
    return (int) levels.size(1);
  }

  /** Returns the height in pixels. */
  public int height() {
    return (int) levels.size(2);
  }

  /** Returns the width in pixels. */
  public int width() {
    return (int) levels.size(3);
  }

  /** Returns where the images are. */
  public Device device() {
    return levels.device();
  }
}
