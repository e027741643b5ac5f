package io.diptych.evaluate;

import io.diptych.nn.Layer;
import io.diptych.tensor.DType;
import io.diptych.tensor.Tensor;
import io.diptych.view.Normalize;
import java.util.ArrayList;
import java.util.List;

/** Describes images [N, C, H, W] by mean and mean square of each channel, [N, 2 C]. */
final class ChannelMoments extends Layer {
  /** Below it a channel is the same everywhere: a level of 255 is 1/255. */
  private static final double LEAST_STD = 1e-3;

  @Override
  public Tensor forward(Tensor images) {
    Tensor levels = images.flatten(2);
    Tensor squares = levels.square();
    return Tensor.cat(List.of(levels.meanKeep(2), squares.meanKeep(2)), 1).flatten(1);
  }

  /**
   * Returns what gives each channel mean 0 and variance 1.
   *
   * @param moments [N, 2 C], of images that are not normalised
   */
  static Normalize normalize(Tensor moments) {
    double[] values = moments.to(DType.FLOAT64).meanKeep(0).toDoubleArray();
    int channels = values.length / 2;
    List<Double> mean = new ArrayList<>();
    List<Double> std = new ArrayList<>();
    for (int c = 0; c < channels; c++) {
      mean.add(values[c]);
      double variance = values[channels + c] - values[c] * values[c];
      std.add(Math.max(LEAST_STD, Math.sqrt(Math.max(0, variance))));
    }
    return new Normalize(mean, std);
  }
}
