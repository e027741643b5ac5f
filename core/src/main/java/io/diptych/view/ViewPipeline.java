package io.diptych.view;

import io.diptych.option.Options;
import io.diptych.tensor.DType;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The augmentations that make one view of stored pixels, in order; {@link Normalize} is the last.
 *
 * <p>Each random number is a function of the key, the image's index and a slot that the place in
 * the pipeline fixes, so a view of an image is the same in every batch, on every device.
 */
public final class ViewPipeline {
  private static final long PART_BYTES = 3 << 20;

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
    return parts(pixels, index, key, augmentations.size(), DType.FLOAT32);
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
    return parts(pixels, index, key, augmentations.size() - 1, DType.UINT8);
  }

  /**
   * Runs the first steps on a few images at a time: on the processor this keeps what passes from
   * one operation to the next in the cache.
   */
  private Tensor parts(Tensor pixels, Tensor index, Keyed key, int steps, DType type) {
    long count = pixels.size(0);
    long bytes = Math.max(1, DType.FLOAT32.bytes() * pixels.numel() / Math.max(1, count));
    long part = pixels.device().isCpu() ? Math.max(1, PART_BYTES / bytes) : count;
    List<Tensor> parts = new ArrayList<>();
    try (Scope scope = Scope.open()) {
      for (long start = 0; start < count || parts.isEmpty(); start += part) {
        long length = Math.min(part, count - start);
        try (Scope inner = Scope.open()) {
          Images images =
              run(pixels.narrow(0, start, length), index.narrow(0, start, length), key, steps);
          parts.add(inner.escape(images.levels().to(type)));
        }
      }
      return scope.escape(parts.size() == 1 ? parts.get(0) : Tensor.cat(parts, 0));
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
    for (int step = 0; step < steps; step++) {
      Augmentation augmentation = augmentations.get(step);
      Tensor own = uniform.narrow(1, slot, augmentation.draws());
      slot += augmentation.draws();
      if (augmentation instanceof RandomResizedCrop crop
          && step + 1 < steps
          && augmentations.get(step + 1) instanceof HorizontalFlip flip) {
        Tensor mirrored = flip.mirrored(uniform.narrow(1, slot, flip.draws()));
        slot += flip.draws();
        step++;
        images = crop.apply(images, own, mirrored);
      } else {
        images = augmentation.apply(images, own);
      }
    }
    return images;
  }
}
