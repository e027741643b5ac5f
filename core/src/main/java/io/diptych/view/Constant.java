package io.diptych.view;

import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Numbers as tensors without dimensions, made once. Calculating with one takes a fifth of the time
 * that libtorch needs to make a tensor of a number first, which on small batches is most of the
 * time. One on the processor serves tensors on every device.
 */
final class Constant {
  private static final Map<Double, Tensor> KNOWN = new ConcurrentHashMap<>();

  private Constant() {}

  /** Returns a number of this program's text; computed ones would stay for ever. */
  static Tensor of(double value) {
    return KNOWN.computeIfAbsent(value, number -> Scope.keep(Tensor.scalar(number)));
  }
}
