package io.diptych.view;

import io.diptych.option.About;
import io.diptych.option.Option;
import io.diptych.option.OptionException;
import io.diptych.tensor.DType;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.util.List;

/**
 * Turns levels into what the network sees: (level / 255 − mean) / std, for each channel. The last
 * step of every pipeline.
 *
 * @param mean the mean, on the scale from 0 to 1; one value for each channel, or one for all
 * @param std the standard deviation, above 0, likewise
 */
@About("Turns levels into what the network sees: (level / 255 - mean) / std. The last step.")
public record Normalize(
    @Option(doc = "mean from 0 to 1, for each channel or one for all") List<Double> mean,
    @Option(range = "(0, inf)", doc = "standard deviation, likewise") List<Double> std)
    implements Augmentation {
  /** Checks the options. */
  public Normalize {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    Ranges.requireOneOrThree("mean", mean);
    Ranges.requireOneOrThree("std", std);
    if (std.stream().anyMatch(value -> !(value > 0))) {
      throw new OptionException("std", "must be above 0, was " + std);
    }
  }

  @Override
  public int draws() {
    return 0;
  }

  @Override
  public Images apply(Images images, Tensor draws) {
    double[] factors = new double[images.channels()];
    double[] offsets = new double[images.channels()];
    for (int c = 0; c < factors.length; c++) {
      double deviation = channel("std", std, c, factors.length);
      factors[c] = 1 / (255 * deviation);
      offsets[c] = channel("mean", mean, c, factors.length) / deviation;
    }
    try (Scope scope = Scope.open()) {
      return Images.holding(
          scope.escape(images.levels().mul_(each(factors, images)).sub_(each(offsets, images))));
    }
  }

  /**
   * Returns what becomes of the 256 levels of each channel, those of one after those of another.
   */
  float[] table(int channels) {
    float[] table = new float[channels << 8];
    for (int c = 0; c < channels; c++) {
      double deviation = channel("std", std, c, channels);
      float factor = (float) (1 / (255 * deviation));
      float offset = (float) (channel("mean", mean, c, channels) / deviation);
      for (int level = 0; level < 256; level++) {
        table[(c << 8) + level] = level * factor - offset;
      }
    }
    return table;
  }

  private static Tensor each(double[] values, Images images) {
    return Tensor.of(values, 1, values.length, 1, 1).to(DType.FLOAT32).to(images.device());
  }

  private static double channel(String key, List<Double> values, int channel, int channels) {
    if (values.size() != 1 && values.size() != channels) {
      throw new IllegalArgumentException(
          "normalize."
              + key
              + ": must have one value, or one for each of the "
              + channels
              + " channels of the images, was "
              + values);
    }
    return values.get(values.size() == 1 ? 0 : channel);
  }
}
