package io.diptych.weights;

import io.diptych.tensor.DType;
import io.diptych.tensor.Tensor;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** What images an exported network takes: how much of their preparation is inside of it. */
public enum ImageInput {
  /** float32 [N, C, H, W], from which the mean is subtracted and which are divided already. */
  NORMALIZED(DType.FLOAT32, 1),
  /** float32 [N, C, H, W], levels from 0 to 1. */
  UNIT(DType.FLOAT32, 1),
  /** uint8 [N, C, H, W], levels from 0 to 255. */
  BYTES(DType.UINT8, 255);

  private final DType type;
  private final double white;

  ImageInput(DType type, double white) {
    this.type = type;
    this.white = white;
  }

  /** Returns the element type of the images. */
  DType type() {
    return type;
  }

  /** Returns the name that options and files have for it. */
  String title() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns such images as the encoder takes them. */
  Tensor prepare(Tensor images, EncoderInfo info) {
    if (this == NORMALIZED) {
      return images;
    }
    Tensor offset = each(info, info.mean(), mean -> -white * mean);
    Tensor factor = each(info, info.std(), std -> 1 / (white * std));
    return images.to(DType.FLOAT32).add(offset).mul(factor);
  }

  private static Tensor each(
      EncoderInfo info, List<Double> values, ToDoubleFunction<Double> change) {
    float[] each = new float[info.channels()];
    for (int c = 0; c < each.length; c++) {
      each[c] = (float) change.applyAsDouble(values.get(values.size() == 1 ? 0 : c));
    }
    return Tensor.of(each, 1, each.length, 1, 1);
  }
}
