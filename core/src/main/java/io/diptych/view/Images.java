package io.diptych.view;

import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Tensor;

/**
 * A batch of images between augmentations: float32 grey levels, whole numbers from 0 to 255, until
 * they are normalised. Grey images have one channel, colour images three (red, green, blue).
 *
 * <p>In memory the images lie column by column, [B, W, C, H]: then resampling along either axis is
 * one matrix product per image, and a flip moves whole columns.
 */
public final class Images {
  private final Tensor columns;

  private Images(Tensor columns) {
    this.columns = columns;
  }

  /**
   * Returns the images of pixels, in memory of their own.
   *
   * @param pixels uint8 [B, C, H, W]
   * @throws IllegalArgumentException if the type or shape is another, or there are neither one nor
   *     three channels
   */
  public static Images of(Tensor pixels) {
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
    return new Images(pixels.permute(0, 3, 1, 2).to(DType.FLOAT32));
  }

  /** Returns the images that a tensor [B, W, C, H] holds, which is then theirs to change. */
  static Images ofColumns(Tensor columns) {
    return new Images(columns);
  }

  /** Returns the tensor [B, W, C, H]; an augmentation may change it in place. */
  Tensor columns() {
    return columns;
  }

  /** Returns the values as float32 [B, C, H, W]; shares memory with the images. */
  public Tensor tensor() {
    return columns.permute(0, 2, 3, 1);
  }

  /** Returns the number of images, B. */
  public int count() {
    return (int) columns.size(0);
  }

  /** Returns the number of channels: 1 for grey images, 3 for colour. */
  public int channels() {
    return (int) columns.size(2);
  }

  /** Returns the height in pixels. */
  public int height() {
    return (int) columns.size(3);
  }

  /** Returns the width in pixels. */
  public int width() {
    return (int) columns.size(1);
  }

  /** Returns where the images are. */
  public Device device() {
    return columns.device();
  }
}
