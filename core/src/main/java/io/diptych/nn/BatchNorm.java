package io.diptych.nn;

import io.diptych.tensor.DType;
import io.diptych.tensor.Device;
import io.diptych.tensor.Functional;
import io.diptych.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Batch normalisation of [N, C] rows or [N, C, H, W] images per channel (Ioffe and Szegedy, ICML
 * 2015). Training normalises by the batch's statistics and moves {@code running_mean} and {@code
 * running_var} by the momentum; evaluation normalises by those. Parameters {@code weight} and
 * {@code bias} unless created without.
 */
public final class BatchNorm extends Layer {
  /** What is added to the variance unless told otherwise, as in PyTorch. */
  public static final double EPSILON = 1e-5;

  private static final double MOMENTUM = 0.1;

  private final double epsilon;
  private final double momentum;
  private final @Nullable Tensor weight;
  private final @Nullable Tensor bias;
  private final Tensor runningMean;
  private final Tensor runningVar;
  private final Tensor batches;

  /** Creates the layer with a scale that starts at 1 and an offset that starts at 0. */
  public BatchNorm(long channels) {
    this(channels, true, Initializer.constant(1));
  }

  /** Creates the layer, with its own start of the scale, or without scale and offset. */
  public BatchNorm(long channels, boolean affine, Initializer scale) {
    this(channels, affine, scale, EPSILON, MOMENTUM);
  }

  /**
   * Creates the layer with numbers of its own.
   *
   * @param epsilon added to the variance
   * @param momentum how far the running statistics move towards those of a batch
   */
  public BatchNorm(long channels, double epsilon, double momentum) {
    this(channels, true, Initializer.constant(1), epsilon, momentum);
  }

  private BatchNorm(
      long channels, boolean affine, Initializer scale, double epsilon, double momentum) {
    this.epsilon = epsilon;
    this.momentum = momentum;
    weight = affine ? parameter("weight", scale, channels) : null;
    bias = affine ? parameter("bias", Initializer.constant(0), channels) : null;
    runningMean = buffer("running_mean", Tensor.zeros(channels));
    runningVar = buffer("running_var", Tensor.ones(channels));
    batches = buffer("num_batches_tracked", Tensor.zeros(DType.INT64, Device.CPU));
  }

  @Override
  public Tensor forward(Tensor input) {
    boolean moves = isTraining() && !RunningStatistics.areKept();
    boolean used = !isTraining() || moves;
    Tensor output =
        Functional.batchNorm(
            input,
            weight,
            bias,
            used ? runningMean : null,
            used ? runningVar : null,
            isTraining(),
            momentum,
            epsilon);
    if (moves) {
      batches.add_(1.0);
    }
    return output;
  }
}
