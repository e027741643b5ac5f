package io.diptych.evaluate;

import io.diptych.data.DataException;
import io.diptych.data.ImageCollection;
import io.diptych.data.ImageSet;
import io.diptych.data.StreamedSet;
import io.diptych.nn.Layer;
import io.diptych.nn.Module;
import io.diptych.tensor.Autograd;
import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import io.diptych.train.OrderedBatches;
import io.diptych.view.Normalize;
import io.diptych.view.ViewPipeline;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Describes every image of a set by a row of numbers: what an encoder makes of it, or its pixels.
 *
 * <p>Images enter an encoder as (level / 255 − mean) / std for each channel, whole and unchanged
 * otherwise, and the encoder works as in use: in evaluation mode and without gradients. A row
 * depends on its image alone, up to rounding not on the size of the batches.
 */
public final class Features {
  private final List<Double> mean;
  private final List<Double> std;
  private final Device device;
  private final int batchSize;
  private final Watch watch;

  private Features(List<Double> mean, List<Double> std, Device device, int batchSize, Watch watch) {
    this.mean = List.copyOf(mean);
    this.std = List.copyOf(std);
    this.device = device;
    this.batchSize = batchSize;
    this.watch = watch;
  }

  /**
   * Features of images that enter the encoder like this.
   *
   * @param normalize by what images in memory are normalised
   * @param device where encoders are, batches are computed and features end up
   * @param batchSize images at a time, at least 1
   * @return the computation
   * @throws IllegalArgumentException if the batch size is out of range
   */
  public static Features of(Normalize normalize, Device device, int batchSize) {
    if (batchSize < 1) {
      throw new IllegalArgumentException("batch size must be at least 1, was " + batchSize);
    }
    return new Features(normalize.mean(), normalize.std(), device, batchSize, Watch.NONE);
  }

  Device device() {
    return device;
  }

  /**
   * The same computation, watched.
   *
   * @param progress is told after each batch
   * @param cancelled is asked before each batch; true ends the work with a {@link
   *     java.util.concurrent.CancellationException}
   * @return the computation
   */
  public Features watched(Progress progress, BooleanSupplier cancelled) {
    return new Features(mean, std, device, batchSize, new Watch(progress, cancelled));
  }

  /**
   * What an encoder makes of each image by a pipeline of its own, in place of whole images.
   * Streamed images are read meanwhile; rows of those that cannot be read are left out, as {@link
   * ImageCollection#readable} leaves out the images.
   *
   * @param encoder takes float32 [N, C, H, W] and gives [N, F]
   * @param images N images
   * @param transform what is made of each image, the same every time; null for whole images in
   *     memory
   * @return float32 [N, F]
   * @throws IllegalArgumentException as {@link #encode(Layer, ImageSet)}
   * @throws DataException if an image cannot be read and that is an error, or none can be read
   */
  public Tensor encode(Layer encoder, ImageCollection images, @Nullable ViewPipeline transform) {
    if (transform == null) {
      return encode(encoder, (ImageSet) images);
    }
    return images instanceof StreamedSet streamed
        ? encode(encoder, streamed, transform)
        : evaluating(
            encoder,
            () ->
                batches(
                    "features",
                    (ImageSet) images,
                    pixels -> encoder.forward(transform.apply(pixels))));
  }

  private Tensor encode(Layer encoder, StreamedSet images, ViewPipeline transform) {
    return evaluating(
        encoder,
        () -> {
          List<Tensor> parts = new ArrayList<>();
          int at = 0;
          try (OrderedBatches batches =
              OrderedBatches.fixed(images, transform, batchSize, device)) {
            while (batches.hasNext()) {
              watch.at("features", at, images.size());
              try (Scope scope = Scope.open()) {
                OrderedBatches.Rows rows = batches.next();
                if (rows.index().length > 0) {
                  Tensor part = encoder.forward(rows.pixels());
                  requireRows(part, rows.index().length, at);
                  parts.add(scope.escape(part.to(DType.FLOAT32)));
                }
              }
              at = Math.min(images.size(), at + batchSize);
            }
          }
          if (parts.isEmpty()) {
            throw new DataException(
                images.name() + ": no image can be read; first: " + images.skipped().get(0));
          }
          watch.at("features", images.size(), images.size());
          return Tensor.cat(parts, 0);
        });
  }

  /**
   * What an encoder makes of each image. Its modules are in the mode they were in afterwards.
   *
   * @param encoder takes float32 [N, C, H, W] and gives [N, F]
   * @param images N images
   * @return float32 [N, F]
   * @throws IllegalArgumentException if the encoder gives other shapes or numbers that are not
   *     finite, or mean and std do not fit the channels
   */
  public Tensor encode(Layer encoder, ImageSet images) {
    return evaluating(
        encoder,
        () -> {
          long channels = images.pixels().size(1);
          Tensor factor = perChannel(std, channels, value -> 1 / (255 * value));
          Tensor offset = perChannel(mean, channels, value -> -255 * value);
          return batches(
              "features",
              images,
              pixels -> encoder.forward(pixels.to(DType.FLOAT32).add(offset).mul(factor)));
        });
  }

  /** Computes with an encoder in evaluation mode, and puts its modes back. */
  private static Tensor evaluating(Layer encoder, Supplier<Tensor> computation) {
    Map<Module, Boolean> modes = new LinkedHashMap<>();
    encoder.modules().forEach(module -> modes.put(module, module.isTraining()));
    encoder.train(false);
    try (Scope scope = Scope.open();
        Autograd.Guard guard = Autograd.noGrad()) {
      return scope.escape(computation.get());
    } finally {
      // Outer modules come first, so what they set inside is put right after them.
      modes.forEach(Module::train);
    }
  }

  /**
   * The pixels of each image themselves.
   *
   * @param images N images
   * @return float32 [N, C · H · W], from 0 to 1
   */
  public Tensor pixels(ImageSet images) {
    return batches("pixels", images, pixels -> pixels.to(DType.FLOAT32).mul(1 / 255.0).flatten(1));
  }

  private Tensor batches(String what, ImageSet images, UnaryOperator<Tensor> rows) {
    try (Scope all = Scope.open()) {
      List<Tensor> parts = new ArrayList<>();
      for (int at = 0; at < images.size(); at += batchSize) {
        watch.at(what, at, images.size());
        int count = Math.min(batchSize, images.size() - at);
        try (Scope scope = Scope.open()) {
          Tensor part = rows.apply(images.pixels().narrow(0, at, count).to(device));
          requireRows(part, count, at);
          parts.add(scope.escape(part.to(DType.FLOAT32)));
        }
      }
      watch.at(what, images.size(), images.size());
      return all.escape(Tensor.cat(parts, 0));
    }
  }

  private static void requireRows(Tensor part, int count, int at) {
    if (part.rank() != 2 || part.size(0) != count) {
      throw new IllegalArgumentException(
          "the encoder must give [N, F] features, gave "
              + part.shape()
              + " for "
              + count
              + " images");
    }
    if (part.isFinite().all().item() == 0) {
      throw new NotFiniteException(
          "the encoder gives features that are not finite (in images "
              + at
              + " to "
              + (at + count - 1)
              + "): its weights are damaged or its training diverged");
    }
  }

  private interface Change {
    double of(double value);
  }

  private Tensor perChannel(List<Double> values, long channels, Change change) {
    if (values.size() != 1 && values.size() != channels) {
      throw new IllegalArgumentException(
          "mean and std must have one value, or one for each of the "
              + channels
              + " channels of the images, were "
              + mean
              + " and "
              + std);
    }
    float[] changed = new float[(int) channels];
    for (int c = 0; c < channels; c++) {
      changed[c] = (float) change.of(values.get(values.size() == 1 ? 0 : c));
    }
    return Tensor.of(changed, 1, channels, 1, 1).to(device);
  }
}
