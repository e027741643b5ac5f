package io.diptych.nn;

import io.diptych.tensor.Functional;
import io.diptych.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Convolution of [N, in, H, W] images by square kernels; parameters {@code weight} [out, in /
 * groups, kernel, kernel] and, if it has one, {@code bias} [out].
 */
public final class Conv2d extends Layer {
  private final Tensor weight;
  private final @Nullable Tensor bias;
  private final long stride;
  private final long padding;
  private final long groups;

  /** Creates the layer, without bias. */
  public Conv2d(
      long in, long out, long kernel, long stride, long padding, Initializer initializer) {
    this(in, out, kernel, stride, padding, 1, initializer, null);
  }

  /**
   * Creates the layer.
   *
   * @param groups into how many the channels are divided, each with kernels of its own: {@code in}
   *     for a depthwise convolution
   * @param bias how the bias starts, or null for none
   */
  public Conv2d(
      long in,
      long out,
      long kernel,
      long stride,
      long padding,
      long groups,
      Initializer initializer,
      @Nullable Initializer bias) {
    if (groups < 1 || in % groups != 0 || out % groups != 0) {
      throw new IllegalArgumentException(
          in + " and " + out + " channels do not divide into " + groups + " groups");
    }
    this.weight = parameter("weight", initializer, out, in / groups, kernel, kernel);
    this.bias = bias == null ? null : parameter("bias", bias, out);
    this.stride = stride;
    this.padding = padding;
    this.groups = groups;
  }

  /** Creates a layer with bias, both to start as PyTorch lets them: uniform in ±1/√fan-in. */
  public static Conv2d biased(long in, long out, long kernel, long stride, long padding) {
    Initializer offset = Initializer.uniform(1 / Math.sqrt((double) in * kernel * kernel));
    return new Conv2d(in, out, kernel, stride, padding, 1, Initializer.fanIn(), offset);
  }

  @Override
  public Tensor forward(Tensor input) {
    return Functional.conv2d(input, weight, bias, stride, padding, groups);
  }
}
