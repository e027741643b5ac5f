package io.diptych.view;

import io.diptych.option.Options;
import io.diptych.tensor.DType;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * The augmentations that make one view of stored pixels, in order; {@link Normalize} is the last.
 *
 * <p>Each random number is a function of the key, the image's index and a slot that the place in
 * the pipeline fixes, so a view of an image is the same in every batch, on every device.
 *
 * <p>Images that are decoded one by one have all sizes. Their views are made in two parts: the
 * first few augmentations on each image alone, until all images have one size ({@link #frame} or
 * {@link #framed}), the rest on the device in batches ({@link #applyFramed}). Both parts draw what
 * {@link #apply} draws, so the views are the same.
 */
public final class ViewPipeline {
  private static final long PART_BYTES = 3 << 20;

  private final List<Augmentation> augmentations;
  private final int[] slots;
  private final Lead lead;

  /**
   * Makes a pipeline.
   *
   * @throws io.diptych.option.OptionException if an option is out of its range
   * @throws IllegalArgumentException if {@code normalize} is not the last one, and only there
   */
  public ViewPipeline(List<? extends Augmentation> augmentations) {
    this.augmentations = List.copyOf(augmentations);
    slots = new int[augmentations.size() + 1];
    for (int i = 0; i < augmentations.size(); i++) {
      Augmentation augmentation = augmentations.get(i);
      Options.check((Record) augmentation);
      if (augmentation instanceof Normalize != (i == augmentations.size() - 1)) {
        throw notLast();
      }
      requireLevels(augmentation, augmentations.get(Math.min(i + 1, augmentations.size() - 1)));
      slots[i + 1] = slots[i] + augmentation.draws();
    }
    if (augmentations.isEmpty()) {
      throw notLast();
    }
    lead = Lead.of(this.augmentations);
  }

  private static void requireLevels(Augmentation augmentation, Augmentation next) {
    boolean follows = next instanceof Normalize || next instanceof RandomErasing;
    if (!augmentation.keepsLevels() && !follows) {
      throw new IllegalArgumentException(
          "what "
              + augmentation.getClass().getSimpleName()
              + " makes lies between the levels of an image, so only normalize can follow it, not "
              + next.getClass().getSimpleName());
    }
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
    return slots[augmentations.size()] == 0;
  }

  /**
   * Returns the views of some images.
   *
   * @param pixels uint8 [B, C, H, W] with C = 1 or 3
   * @param index what the random numbers of each image hang on, int64 [B] on the same device
   * @param key what they hang on besides: seed, epoch, view; see {@link Views#key}
   * @return float32 [B, C, h, w]
   */
  public Tensor apply(Tensor pixels, Tensor index, Keyed key) {
    return parts(pixels, index, key, 0, augmentations.size());
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
    return parts(pixels, index, key, 0, augmentations.size() - 1);
  }

  /**
   * Returns the side of the squares that the first part of the pipeline makes of images of any
   * size, or nothing if views keep the size of their images, which then must have one size.
   */
  public OptionalInt frameSide() {
    return lead.side();
  }

  /**
   * Returns whether the first part of the pipeline only moves pixels, so that {@link #frame} says
   * all of it. Otherwise {@link #framed} does it.
   */
  public boolean isFrame() {
    return lead.isFrame();
  }

  /**
   * Returns what the first part of the pipeline does to one image.
   *
   * @param height rows of the image
   * @param width its columns
   * @param index what its random numbers hang on
   * @param key what they hang on besides, as in {@link #apply}
   * @throws IllegalStateException if the pipeline {@linkplain #isFrame does more} than that
   * @throws IllegalArgumentException if the image is too small
   */
  public Frame frame(int height, int width, long index, Keyed key) {
    if (!isFrame()) {
      throw new IllegalStateException("the first part of this pipeline is more than a frame");
    }
    Frame frame = Frame.unchanged(height, width);
    for (int step = 0; step < lead.steps(); step++) {
      frame = Lead.add(augmentations.get(step), frame, new Draws(key, index, slots[step]));
    }
    return frame;
  }

  /**
   * Does the first part of the pipeline.
   *
   * @param pixels uint8 [B, C, H, W] with C = 1 or 3
   * @param index what the random numbers of each image hang on, int64 [B] on the same device
   * @param key what they hang on besides, as in {@link #apply}
   * @return uint8 [B, C, side, side]
   */
  public Tensor framed(Tensor pixels, Tensor index, Keyed key) {
    return parts(pixels, index, key, 0, lead.steps());
  }

  /**
   * Does the rest of the pipeline: what {@link #apply} makes of the original images, if these are
   * their frames.
   *
   * @param pixels uint8 [B, C, side, side]
   * @param index what the random numbers of each image hang on, int64 [B] on the same device
   * @param key what they hang on besides, as in {@link #apply}
   * @return float32 [B, C, h, w]
   */
  public Tensor applyFramed(Tensor pixels, Tensor index, Keyed key) {
    return parts(pixels, index, key, lead.steps(), augmentations.size());
  }

  /**
   * Runs some steps, on the processor on a few images at a time: this keeps what passes from one
   * operation to the next in the cache.
   *
   * @return float32 after the last step of the pipeline, else uint8
   */
  private Tensor parts(Tensor pixels, Tensor index, Keyed key, int from, int to) {
    requireIndex(pixels, index);
    Images.require(pixels);
    long count = pixels.size(0);
    ImageByImage runner = imageByImage(pixels, from, to);
    if (runner != null) {
      long[] rows = LongStream.range(0, count).toArray();
      return runner.run(pixels, rows, index.toLongArray(), key);
    }
    long bytes = Math.max(1, DType.FLOAT32.bytes() * pixels.numel() / Math.max(1, count));
    long part = pixels.device().isCpu() ? Math.max(1, PART_BYTES / bytes) : count;
    DType type = to == augmentations.size() ? DType.FLOAT32 : DType.UINT8;
    List<Tensor> parts = new ArrayList<>();
    try (Scope scope = Scope.open()) {
      for (long start = 0; start < count || parts.isEmpty(); start += part) {
        long length = Math.min(part, count - start);
        try (Scope inner = Scope.open()) {
          Images images =
              run(pixels.narrow(0, start, length), index.narrow(0, start, length), key, from, to);
          parts.add(inner.escape(finished(images.levels(), type)));
        }
      }
      return scope.escape(parts.size() == 1 ? parts.get(0) : Tensor.cat(parts, 0));
    }
  }

  /** Returns what makes views of these pixels without tensors, or null if nothing does. */
  @Nullable ImageByImage imageByImage(Tensor pixels) {
    return imageByImage(pixels, 0, augmentations.size());
  }

  private @Nullable ImageByImage imageByImage(Tensor pixels, int from, int to) {
    return pixels.device().isCpu()
        ? ImageByImage.of(augmentations.subList(from, to), Arrays.copyOfRange(slots, from, to))
        : null;
  }

  private static void requireIndex(Tensor pixels, Tensor index) {
    if (index.rank() != 1 || index.numel() != pixels.size(0)) {
      throw new IllegalArgumentException(
          "there must be one index for each image, were "
              + index.shape()
              + " for pixels "
              + pixels.shape());
    }
  }

  private static Tensor finished(Tensor levels, DType type) {
    return type == DType.UINT8 ? levels.round().clamp_(0, 255).to(type) : levels.to(type);
  }

  private Images run(Tensor pixels, Tensor index, Keyed key, int from, int to) {
    Images images = Images.of(pixels);
    Tensor uniform = key.uniform(index, slots[to]);
    for (int step = from; step < to; step++) {
      Augmentation augmentation = augmentations.get(step);
      Tensor own = draws(uniform, step);
      if (augmentation instanceof RandomResizedCrop crop
          && step + 1 < to
          && augmentations.get(step + 1) instanceof HorizontalFlip flip) {
        step++;
        images = crop.apply(images, own, flip.mirrored(draws(uniform, step)));
      } else {
        images = augmentation.apply(images, own);
      }
    }
    return images;
  }

  private Tensor draws(Tensor uniform, int step) {
    return uniform.narrow(1, slots[step], augmentations.get(step).draws());
  }
}
