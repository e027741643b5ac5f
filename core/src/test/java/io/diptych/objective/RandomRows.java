package io.diptych.objective;

import io.diptych.tensor.Device;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Tensor;

/** Normal float64 matrices, a function of a seed. */
final class RandomRows {
  private RandomRows() {}

  static Tensor of(long seed, long n, long d) {
    return Keyed.of(seed).normal(Tensor.arange(n * d, Device.CPU)).reshape(n, d);
  }
}
