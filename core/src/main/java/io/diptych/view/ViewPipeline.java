package io.diptych.view;

import io.diptych.option.Options;
import io.diptych.tensor.DType;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.util.List;

/**
 * The augmentations that make one view of stored pixels, in order; {@link Normalize} is the last.
 *
 * <p>Each random number is a function of the key, the image's index and a slot that the place in
 * the pipeline fixes, so a view of an image is the same in every batch, on every device.
 */
public final class ViewPipeline {
  private final List<Augmentation> augmentations;
  private final int draws;

  /**
   * Makes a pipeline.
   *
   * @throws io.diptych.option.OptionException if an option is out of its range
   * @throws IllegalArgumentException if {@code normalize} is not the last one, and only there
   */
  public ViewPipeline(List<? extends Augmentation> augmentations) {
    this.augmentations = List.copyOf(augmentations);
    int slots = 0;
    for (int i = 0; i < augmentations.size(); i++) {
      Augmentation augmentation = augmentations.get(i);
      Options.check((Record) augmentation);
      if (augmentation instanceof Normalize != (i == augmentations.size() - 1)) {
        throw notLast();
      }
      slots += augmentation.draws();
    }
    if (augmentations.isEmpty()) {
      throw notLast();
    }
    draws = slots;
  }

  private static IllegalArgumentException notLast() {
    return new IllegalArgumentException("a pipeline must end with normalize, and have no other");
  }

  /** Returns the augmentations, in order. */
  public List<Augmentation> augmentations() {
    return augmentations;
  }

  /** Returns whether every image always has the same view, as in evaluation. */
  public boolean isFixed() {
    return draws == 0;
  }

  /**
   * Returns the views of some images.
   *
   * @param pixels uint8 [B, C, H, W] with C = 1 or 3
   * @param index what the random numbers of each image hang on, int64 [B] on the same device
   * @param key what they hang on besides: seed, epoch, view
   * @return float32 [B, C, h, w]
   */
  public Tensor apply(Tensor pixels, Tensor index, Keyed key) {
    try (Scope scope = Scope.open()) {
      Images images = run(pixels, index, key, augmentations.size());
      return scope.escape(images.tensor().channelsLast());
    }
  }

  /**
   * Returns the views of some images by a pipeline that is {@linkplain #isFixed fixed}.
   *
   * @param pixels uint8 [B, C, H, W] with C = 1 or 3
   * @return float32 [B, C, h, w]
   * @throws IllegalStateException if the pipeline is random
   */
  public Tensor apply(Tensor pixels) {
    if (!isFixed()) {
      throw new IllegalStateException("a random pipeline needs the index of each image and a key");
    }
    try (Scope scope = Scope.open()) {
      Tensor index = Tensor.zeros(DType.INT64, pixels.device(), pixels.size(0));
      return scope.escape(apply(pixels, index, Keyed.of(0)));
    }
  }

  /**
   * Returns the views as pictures: what {@link #apply} makes of the same arguments, before it is
   * normalised.
   *
   * @return uint8 [B, C, h, w]
   */
  public Tensor pictures(Tensor pixels, Tensor index, Keyed key) {
    try (Scope scope = Scope.open()) {
      Images images = run(pixels, index, key, augmentations.size() - 1);
      return scope.escape(images.tensor().to(DType.UINT8).contiguous());
    }
  }

  private Images run(Tensor pixels, Tensor index, Keyed key, int steps) {
    if (index.rank() != 1 || index.numel() != pixels.size(0)) {
      throw new IllegalArgumentException(
          "there must be one index for each image, were "
              + index.shape()
              + " for pixels "
              + pixels.shape());
    }
    Images images = Images.of(pixels);
    Tensor uniform = key.uniform(index, draws);
    int slot = 0;
    for (Augmentation augmentation : augmentations.subList(0, steps)) {
      images = augmentation.apply(images, uniform.narrow(1, slot, augmentation.draws()));
      slot += augmentation.draws();
    }
    return images;
  }
}
