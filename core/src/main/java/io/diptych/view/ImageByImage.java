package io.diptych.view;

import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.RawMemory;
import io.diptych.tensor.Tensor;
import io.diptych.tensor.Workers;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs steps of a pipeline on the processor, one image after the other on each thread. */
final class ImageByImage {
  /** What a thread makes before it writes: it stays in the cache, and threads end together. */
  private static final int PIECE_VALUES = 1 << 14;

  private record Step(Kernel kernel, int slot) {}

  private final List<Step> steps;
  private final List<Augmentation> augmentations;
  private final @Nullable Normalize normalize;

  private ImageByImage(
      List<Step> steps, List<Augmentation> augmentations, @Nullable Normalize normalize) {
    this.steps = steps;
    this.augmentations = augmentations;
    this.normalize = normalize;
  }

  /**
   * Returns what runs these steps, or null if one of them works on tensors only.
   *
   * @param slots where the random numbers of each begin
   */
  static @Nullable ImageByImage of(List<Augmentation> augmentations, int[] slots) {
    List<Step> steps = new ArrayList<>();
    Normalize normalize = null;
    for (int i = 0; i < augmentations.size(); i++) {
      int slot = slots[i];
      Augmentation augmentation = augmentations.get(i);
      if (augmentation instanceof Normalize last) {
        normalize = last;
      } else if (augmentation instanceof RandomResizedCrop crop
          && i + 1 < augmentations.size()
          && augmentations.get(i + 1) instanceof HorizontalFlip flip) {
        steps.add(new Step(Kernel.of(crop, flip), slot));
        i++;
      } else {
        Kernel kernel = Kernel.of(augmentation);
        if (kernel == null) {
          return null;
        }
        steps.add(new Step(kernel, slot));
      }
    }
    return new ImageByImage(steps, augmentations, normalize);
  }

  /**
   * Returns the images after the steps.
   *
   * @param pixels uint8 [N, C, H, W] on the processor
   * @param rows which of them, B
   * @param indices what the random numbers of each hang on, B
   * @return uint8 [B, C, h, w], or float32 if they were normalised
   */
  Tensor run(Tensor pixels, long[] rows, long[] indices, Keyed key) {
    return run(pixels, rows, indices, List.of(this), List.of(key)).get(0);
  }

  /**
   * Returns the images after the steps of several views, for which each image is read once.
   *
   * @param keys what the random numbers of each view hang on
   */
  static List<Tensor> run(
      Tensor pixels, long[] rows, long[] indices, List<ImageByImage> views, List<Keyed> keys) {
    Tensor source = pixels.contiguous();
    int channels = (int) pixels.size(1);
    int height = (int) pixels.size(2);
    int width = (int) pixels.size(3);
    int stored = channels * height * width;
    List<Target> targets =
        views.stream().map(view -> view.target(rows.length, channels, height, width)).toList();
    int values = targets.stream().mapToInt(Target::values).max().orElse(1);
    int piece = Math.max(1, PIECE_VALUES / values);
    Workers.each(
        (rows.length + piece - 1) / piece,
        () -> {
          Raster image = new Raster();
          byte[] read = new byte[piece * stored];
          List<Output> outputs = targets.stream().map(target -> new Output(target, piece)).toList();
          return number -> {
            int first = number * piece;
            int some = Math.min(piece, rows.length - first);
            RawMemory.readRows(source, rows, first, some, read);
            for (int view = 0; view < outputs.size(); view++) {
              Output output = outputs.get(view);
              for (int i = 0; i < some; i++) {
                image.load(read, i * stored, channels, height, width);
                for (Step step : views.get(view).steps) {
                  step.kernel.apply(
                      image, new Draws(keys.get(view), indices[first + i], step.slot));
                }
                output.put(i, image);
              }
              output.write(first, some);
            }
          };
        });
    return targets.stream().map(Target::result).toList();
  }

  /**
   * Where a view of a batch goes.
   *
   * @param values of each image
   * @param table what the levels of each channel become; empty if they stay levels
   */
  private record Target(Tensor result, int values, float[] table) {}

  private Target target(int count, int channels, int height, int width) {
    Box size = size(height, width);
    DType type = normalize == null ? DType.UINT8 : DType.FLOAT32;
    return new Target(
        Tensor.empty(type, Device.CPU, count, channels, size.height(), size.width()),
        channels * size.height() * size.width(),
        normalize == null ? new float[0] : normalize.table(channels));
  }

  /** Returns the size of what the steps make of images of this size. */
  private Box size(int height, int width) {
    Box size = Box.whole(height, width);
    for (Augmentation augmentation : augmentations) {
      if (augmentation instanceof RandomResizedCrop crop) {
        size = Box.whole(crop.size(), crop.size());
      } else if (augmentation instanceof CenterCrop crop) {
        size = crop.box(size.height(), size.width());
      } else if (augmentation instanceof Resize resize) {
        size = resize.frame(size.height(), size.width()).kept();
      }
    }
    return size;
  }

  /** Collects what a thread makes, as levels or normalised. */
  private static final class Output {
    private final Target target;
    private final float[] floats;
    private final byte[] bytes;

    Output(Target target, int images) {
      this.target = target;
      boolean normalized = target.table.length > 0;
      floats = new float[normalized ? images * target.values : 0];
      bytes = new byte[normalized ? 0 : images * target.values];
    }

    void put(int number, Raster image) {
      if (target.table.length > 0) {
        image.write(target.table, floats, number * target.values);
      } else {
        image.write(bytes, number * target.values);
      }
    }

    void write(int first, int images) {
      long at = (long) first * target.values;
      if (target.table.length > 0) {
        RawMemory.put(target.result, at, floats, images * target.values);
      } else {
        RawMemory.put(target.result, at, bytes, images * target.values);
      }
    }
  }
}
