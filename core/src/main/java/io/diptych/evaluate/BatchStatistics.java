package io.diptych.evaluate;

import com.google.errorprone.annotations.MustBeClosed;
import io.diptych.nn.Module;
import io.diptych.tensor.Autograd;
import io.diptych.tensor.Backend;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Lets a frozen encoder work as in training for a while, as the program of Mixed Barlow Twins does
 * while its classifier learns: batch norms take the statistics of each batch, and their running
 * ones drift. Closed, the encoder is as it was.
 */
final class BatchStatistics implements AutoCloseable {
  private final Module encoder;
  private final Map<String, Tensor> before = new LinkedHashMap<>();

  private BatchStatistics(Module encoder) {
    this.encoder = encoder;
    buffers(encoder).forEach((name, buffer) -> before.put(name, Scope.keep(buffer.copy())));
  }

  /**
   * Begins.
   *
   * @param seed of dropout
   */
  @MustBeClosed
  static BatchStatistics use(Module encoder, long seed) {
    BatchStatistics statistics = new BatchStatistics(encoder);
    Backend.seed(seed);
    encoder.train(true);
    return statistics;
  }

  private static Map<String, Tensor> buffers(Module module) {
    Map<String, Tensor> buffers = new LinkedHashMap<>(module.state());
    buffers.keySet().removeAll(module.parameters().keySet());
    return buffers;
  }

  @Override
  public void close() {
    encoder.train(false);
    try (Autograd.Guard guard = Autograd.noGrad()) {
      Map<String, Tensor> now = encoder.state();
      before.forEach((name, value) -> Objects.requireNonNull(now.get(name)).copy_(value));
    }
    before.values().forEach(Tensor::close);
  }
}
