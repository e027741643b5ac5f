package io.diptych.view;

import io.diptych.tensor.Tensor;

/**
 * One step from stored pixels to a view: a change that is drawn at random for each image, or a
 * fixed one. Works on whole batches, on the device of the images; what happens to an image depends
 * on its pixels and its draws only, not on the batch around it.
 *
 * <p>Values follow the 8-bit arithmetic of the Pillow library, which the published methods were
 * trained with: after each step the levels are whole numbers again.
 */
public sealed interface Augmentation
    permits Affine,
        AugMix,
        Autocontrast,
        CenterCrop,
        ColorJitter,
        Cutout,
        Equalize,
        GaussianBlur,
        Grayscale,
        HorizontalFlip,
        Invert,
        Normalize,
        Posterize,
        RandAugment,
        RandomErasing,
        RandomResizedCrop,
        Resize,
        Rotation,
        Sharpness,
        Solarize {
  /** Returns how many random numbers an image needs; 0 for a fixed change. */
  int draws();

  /**
   * Returns whether the results are levels again. What lies between levels can only be normalised.
   */
  default boolean keepsLevels() {
    return true;
  }

  /**
   * Changes the images.
   *
   * @param images the images, whose memory may be reused for the result
   * @param draws numbers uniform in [0, 1), float32 [B, {@link #draws}]
   * @return the changed images
   */
  Images apply(Images images, Tensor draws);
}
