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
  /** What a thread makes before it writes: few enough values to stay in the cache. */
  private static final int PIECE_VALUES = 1 << 15;

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
    int channels = (int) pixels.size(1);
    int height = (int) pixels.size(2);
    int width = (int) pixels.size(3);
    int count = rows.length;
    Box size = size(height, width);
    int values = channels * size.height() * size.width();
    int piece = Math.max(1, PIECE_VALUES / values);
    DType type = normalize == null ? DType.UINT8 : DType.FLOAT32;
    Tensor result = Tensor.empty(type, Device.CPU, count, channels, size.height(), size.width());
    Tensor source = pixels.contiguous();
    float[] table = normalize == null ? new float[0] : normalize.table(channels);
    Workers.each(
        (count + piece - 1) / piece,
        () -> {
          Raster image = new Raster();
          int stored = channels * height * width;
          byte[] read = new byte[piece * stored];
          Output output = new Output(result, piece * values, table);
          return number -> {
            int first = number * piece;
            int some = Math.min(piece, count - first);
            RawMemory.readRows(source, rows, first, some, read);
            for (int i = 0; i < some; i++) {
              image.load(read, i * stored, channels, height, width);
              for (Step step : steps) {
                step.kernel.apply(image, new Draws(key, indices[first + i], step.slot));
              }
              output.put(i * values, image);
            }
            output.write((long) first * values, some * values);
          };
        });
    return result;
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
    private final Tensor result;
    private final float[] table;
    private final float[] floats;
    private final byte[] bytes;

    Output(Tensor result, int capacity, float[] table) {
      this.result = result;
      this.table = table;
      boolean normalized = result.dtype() == DType.FLOAT32;
      floats = new float[normalized ? capacity : 0];
      bytes = new byte[normalized ? 0 : capacity];
    }

    void put(int at, Raster image) {
      if (floats.length > 0) {
        image.write(table, floats, at);
      } else {
        image.write(bytes, at);
      }
    }

    void write(long at, int count) {
      if (floats.length > 0) {
        RawMemory.put(result, at, floats, count);
      } else {
        RawMemory.put(result, at, bytes, count);
      }
    }
  }
}
