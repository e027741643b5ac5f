package io.diptych.view;

import org.jspecify.annotations.Nullable;

/**
 * How an augmentation changes one image at a time, which on the processor is several times faster
 * than tensors are: what passes from one step to the next stays in the nearest cache, and only what
 * happens to an image is computed. Gives the levels that {@link Augmentation#apply} gives.
 */
@FunctionalInterface
interface Kernel {
  /**
   * Changes the image.
   *
   * @param draws the random numbers of the image for this augmentation
   */
  void apply(Raster image, Draws draws);

  /** Returns that of an augmentation, or null if it has none. */
  static @Nullable Kernel of(Augmentation augmentation) {
    if (augmentation instanceof RandomResizedCrop
        || augmentation instanceof Resize
        || augmentation instanceof CenterCrop
        || augmentation instanceof HorizontalFlip) {
      return (image, draws) -> {
        Frame whole = Frame.unchanged(image.height(), image.width());
        image.frame(Lead.add(augmentation, whole, draws));
      };
    } else if (augmentation instanceof ColorJitter jitter) {
      return jitter::apply;
    } else if (augmentation instanceof Grayscale grayscale) {
      return grayscale::apply;
    } else if (augmentation instanceof GaussianBlur blur) {
      return blur::apply;
    } else if (augmentation instanceof Solarize solarize) {
      return solarize::apply;
    }
    return null;
  }

  /**
   * Returns the kernel of a crop whose result may be mirrored, at no cost beyond that of the crop.
   */
  static Kernel of(RandomResizedCrop crop, HorizontalFlip flip) {
    return (image, draws) -> {
      Frame frame = Lead.add(crop, Frame.unchanged(image.height(), image.width()), draws);
      image.frame(frame.mirrored(draws.happens(crop.draws(), flip.p())));
    };
  }
}
