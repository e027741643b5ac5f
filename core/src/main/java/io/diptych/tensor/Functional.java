package io.diptych.tensor;

import org.bytedeco.javacpp.BoolPointer;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.InterpolateFuncOptions;
import org.bytedeco.pytorch.InterpolateMode;
import org.bytedeco.pytorch.LongVector;
import org.bytedeco.pytorch.LongVectorOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.kBicubic;
import org.bytedeco.pytorch.kBilinear;
import org.jspecify.annotations.Nullable;

/** The operations of neural network layers, as functions of all their tensors. */
public final class Functional {
  private static final int FEW = 8;

  private Functional() {}

  /**
   * Two-dimensional convolution.
   *
   * @param input [N, C, H, W]
   * @param weight [out, C / groups, kernel height, kernel width]
   * @param bias [out], or null
   * @return [N, out, H′, W′]
   */
  public static Tensor conv2d(
      Tensor input, Tensor weight, @Nullable Tensor bias, long stride, long padding, long groups) {
    if (stride > 1 && padding == 0 && weight.size(2) == 1 && input.size(1) < FEW) {
      // With channels last, libtorch's gradient of such weights writes beyond its memory. A mean
      // over single pixels takes every so-many-th, which is what the stride does.
      return conv2d(avgPool2d(input, 1, stride, 0), weight, bias, 1, 0, groups);
    }
    Tensor output =
        Native.call(
            "conv2d",
            () -> {
              try (TensorOptional offset = Native.optional(bias)) {
                return torch.conv2d(
                    input.handle(),
                    weight.handle(),
                    offset,
                    new long[] {stride, stride},
                    new long[] {padding, padding},
                    new long[] {1, 1},
                    groups);
              }
            },
            notes ->
                notes
                    .reads(input, weight, bias)
                    .with("stride", stride)
                    .with("padding", padding)
                    .with("groups", groups));
    MultiplyAdds.count(output, weight.numel() / weight.size(0));
    return output;
  }

  /**
   * Returns input · weightᵀ + bias.
   *
   * @param input [N, …, in]
   * @param weight [out, in]
   * @param bias [out], or null
   */
  public static Tensor linear(Tensor input, Tensor weight, @Nullable Tensor bias) {
    Tensor output =
        Native.call(
            "linear",
            () -> {
              try (TensorOptional offset = Native.optional(bias)) {
                return torch.linear(input.handle(), weight.handle(), offset);
              }
            },
            notes -> notes.reads(input, weight, bias));
    MultiplyAdds.count(output, weight.size(1));
    return output;
  }

  /**
   * Returns softmax(query · keyᵀ / √d) · value (Vaswani et al., "Attention is all you need",
   * NeurIPS 2017, equation 1), without keeping the matrix of weights where the device can do so.
   *
   * @param query [N, heads, T, d]
   * @param key [N, heads, S, d]
   * @param value [N, heads, S, d]
   * @return [N, heads, T, d]
   */
  public static Tensor attention(Tensor query, Tensor key, Tensor value) {
    Tensor output =
        Native.call(
            "attention",
            () -> torch.scaled_dot_product_attention(query.handle(), key.handle(), value.handle()),
            notes -> notes.reads(query, key, value));
    MultiplyAdds.count(output, 2 * key.size(2));
    return output;
  }

  /**
   * Batch normalisation over every dimension but the second. In training the batch's mean and
   * biased variance normalise, and the running statistics move towards the batch's mean and
   * unbiased variance by the momentum; otherwise the running statistics normalise.
   */
  public static Tensor batchNorm(
      Tensor input,
      @Nullable Tensor weight,
      @Nullable Tensor bias,
      @Nullable Tensor runningMean,
      @Nullable Tensor runningVar,
      boolean training,
      double momentum,
      double epsilon) {
    if (training && input.numel() / Math.max(1, input.size(1)) <= 1) {
      throw new IllegalArgumentException(
          "batch norm in training needs more than one value per channel, input is "
              + input.shape());
    }
    return Native.call(
        "batchNorm",
        () -> {
          try (TensorOptional scale = Native.optional(weight);
              TensorOptional offset = Native.optional(bias);
              TensorOptional mean = Native.optional(runningMean);
              TensorOptional variance = Native.optional(runningVar)) {
            return torch.batch_norm(
                input.handle(), scale, offset, mean, variance, training, momentum, epsilon, true);
          }
        },
        training
            ? null
            : notes ->
                notes.reads(input, weight, bias, runningMean, runningVar).with("epsilon", epsilon));
  }

  /**
   * Layer normalisation: over the last dimension, each row is brought to mean 0 and biased variance
   * 1, then scaled and moved.
   *
   * @param weight size of the last dimension, or null
   * @param bias of the same size, or null
   */
  public static Tensor layerNorm(
      Tensor input, @Nullable Tensor weight, @Nullable Tensor bias, double epsilon) {
    return Native.call(
        "layerNorm",
        () -> {
          try (TensorOptional scale = Native.optional(weight);
              TensorOptional offset = Native.optional(bias)) {
            return torch.layer_norm(
                input.handle(), new long[] {input.size(-1)}, scale, offset, epsilon, true);
          }
        },
        notes -> notes.reads(input, weight, bias).with("epsilon", epsilon));
  }

  /** Returns x · Φ(x) with the exact normal distribution function. */
  public static Tensor gelu(Tensor input) {
    return Native.call(
        "gelu", () -> torch.gelu(input.handle(), "none"), notes -> notes.reads(input));
  }

  /**
   * Returns x · σ(x), in place: its input must be the output of an operation that is done with it.
   */
  public static Tensor silu_(Tensor input) {
    Native.run("silu_", input, () -> torch.silu_(input.handle()), notes -> notes.reads(input));
    return input;
  }

  /** Returns float32 numbers uniform in [0, 1), drawn from libtorch's generator of the device. */
  public static Tensor uniform(Device device, long... shape) {
    Tensor numbers = Tensor.empty(DType.FLOAT32, device, shape);
    Native.run("uniform", () -> numbers.handle().uniform_());
    return numbers;
  }

  /**
   * Returns images in another size by bicubic interpolation (a = −0.75) without antialiasing;
   * pixels beyond the border are those at it. Pixel x of the result lies at (x + 0.5) / scale − 0.5
   * of the input, by the scales given and not by the ratio of the sizes.
   *
   * @param input [N, C, H, W]
   */
  public static Tensor bicubic(
      Tensor input, long height, long width, double scaleHeight, double scaleWidth) {
    return Native.call(
        "bicubic",
        () -> {
          try (DoubleOptional down = new DoubleOptional(scaleHeight);
              DoubleOptional across = new DoubleOptional(scaleWidth)) {
            return torch.upsample_bicubic2d(
                input.handle(), new long[] {height, width}, false, down, across);
          }
        },
        notes ->
            notes
                .reads(input)
                .with("height", height)
                .with("width", width)
                .with("scaleHeight", scaleHeight)
                .with("scaleWidth", scaleWidth));
  }

  /**
   * Returns the input with each value set to 0 by this probability, and the others divided by its
   * complement. Draws from libtorch's generator.
   *
   * @param probability in [0, 1]
   */
  public static Tensor dropout(Tensor input, double probability) {
    return Native.call("dropout", () -> torch.dropout(input.handle(), probability, true));
  }

  /** Returns the largest value in each window; padding counts as −∞. */
  public static Tensor maxPool2d(Tensor input, long kernel, long stride, long padding) {
    return Native.call(
        "maxPool2d",
        () ->
            torch.max_pool2d(
                input.handle(),
                new long[] {kernel, kernel},
                new long[] {stride, stride},
                new long[] {padding, padding},
                new long[] {1, 1},
                false),
        notes -> window(notes, input, kernel, stride, padding));
  }

  /** Returns the mean of each window; padding counts as 0. */
  public static Tensor avgPool2d(Tensor input, long kernel, long stride, long padding) {
    return Native.call(
        "avgPool2d",
        () ->
            torch.avg_pool2d(
                input.handle(),
                new long[] {kernel, kernel},
                new long[] {stride, stride},
                new long[] {padding, padding},
                false,
                true,
                new org.bytedeco.pytorch.LongOptional()),
        notes -> window(notes, input, kernel, stride, padding));
  }

  /** Returns the means over a grid of size × size cells that covers the input. */
  public static Tensor adaptiveAvgPool2d(Tensor input, long size) {
    return Native.call(
        "adaptiveAvgPool2d",
        () -> torch.adaptive_avg_pool2d(input.handle(), size, size),
        notes -> notes.reads(input).with("size", size));
  }

  private static void window(
      Trace.Notes notes, Tensor input, long kernel, long stride, long padding) {
    notes.reads(input).with("kernel", kernel).with("stride", stride).with("padding", padding);
  }

  /**
   * Returns the mean over rows of −log softmax(logits)[target].
   *
   * @param logits [N, classes]
   * @param target class numbers, int64 [N]
   */
  public static Tensor crossEntropy(Tensor logits, Tensor target) {
    return Native.call(
        "crossEntropy", () -> torch.cross_entropy_loss(logits.handle(), target.handle()));
  }

  /**
   * Resizes images with a filter that widens where they shrink: "antialiased", as Pillow does up to
   * one level of 8-bit images.
   *
   * @param images [N, C, H, W], float or uint8; uint8 images whose channels lie together
   *     ({@linkplain Tensor#channelsLast channels last}) are the fastest
   * @param bicubic whether the filter is Keys' cubic (a = −0.5) instead of a triangle
   * @return [N, C, height, width] of the same type
   */
  public static Tensor resizeAntialiased(Tensor images, long height, long width, boolean bicubic) {
    return Native.call(
        "resizeAntialiased",
        () -> {
          try (InterpolateFuncOptions options = new InterpolateFuncOptions();
              LongVector sides = new LongVector(height, width);
              LongVectorOptional size = options.size();
              InterpolateMode mode = options.mode();
              BoolOptional alignCorners = options.align_corners();
              BoolPointer antialias = options.antialias()) {
            size.put(sides);
            if (bicubic) {
              try (kBicubic cubic = new kBicubic()) {
                mode.put(cubic);
              }
            } else {
              try (kBilinear linear = new kBilinear()) {
                mode.put(linear);
              }
            }
            alignCorners.put(false);
            antialias.put(true);
            return torch.interpolate(images.handle(), options);
          }
        });
  }
}
