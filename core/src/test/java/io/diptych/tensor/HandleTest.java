package io.diptych.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What an operation makes besides its result is freed with it, not by a collection some day. */
@ExtendWith(Scoped.class)
final class HandleTest {
  private static final int ROUNDS = 50;

  /** An operation on four float32 images and on int64 numbers. */
  interface Operation {
    void run(Tensor images, Tensor numbers);
  }

  static Stream<Named<Operation>> operations() {
    Map<String, Operation> operations =
        Map.ofEntries(
            Map.entry("of", (images, numbers) -> Tensor.of(new long[] {1, 2}, 2)),
            Map.entry("toLongArray", (images, numbers) -> numbers.toLongArray()),
            Map.entry("toFloatArray", (images, numbers) -> images.toFloatArray()),
            Map.entry("toBytes", (images, numbers) -> images.toBytes()),
            Map.entry("item", (images, numbers) -> numbers.sum().item()),
            Map.entry("copy", (images, numbers) -> images.copy()),
            Map.entry("detach", (images, numbers) -> images.detach()),
            Map.entry("channelsLast", (images, numbers) -> images.channelsLast()),
            Map.entry("to", (images, numbers) -> images.to(DType.FLOAT64)),
            Map.entry("cat", (images, numbers) -> Tensor.cat(List.of(images, images), 0)),
            Map.entry("indexSelect", (images, numbers) -> images.indexSelect(0, numbers)),
            Map.entry("multiply", (images, numbers) -> images.mul(2).add_(images)),
            Map.entry("uniform", (images, numbers) -> Keyed.of(1).uniform(numbers, 3)));
    return operations.entrySet().stream()
        .map(operation -> Named.of(operation.getKey(), operation.getValue()));
  }

  @ParameterizedTest
  @MethodSource("operations")
  void staysWithinItsScope(Operation operation) {
    Tensor images = Tensor.zeros(4, 3, 8, 8);
    Tensor numbers = Tensor.arange(4, Device.CPU);
    operation.run(images, numbers);
    long before = Backend.handleCount();
    for (int round = 0; round < ROUNDS; round++) {
      try (Scope scope = Scope.open()) {
        operation.run(images, numbers);
      }
    }
    // A collection meanwhile may free what other tests left.
    assertThat(Backend.handleCount()).isLessThanOrEqualTo(before);
  }
}
