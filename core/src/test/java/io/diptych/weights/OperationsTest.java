package io.diptych.weights;

import static org.assertj.core.api.Assertions.assertThat;

import io.diptych.tensor.DType;
import io.diptych.tensor.Functional;
import io.diptych.tensor.Graph;
import io.diptych.tensor.Keyed;
import io.diptych.tensor.Scope;
import io.diptych.tensor.Scoped;
import io.diptych.tensor.Script;
import io.diptych.tensor.Shape;
import io.diptych.tensor.Tensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Every operation that can be exported, in both formats, against its own result. */
@ExtendWith(Scoped.class)
final class OperationsTest {
  private static final Shape IMAGE = Shape.of(4, 6, 7);

  @TempDir private Path directory;

  private static Tensor random(String name, long... shape) {
    long count = Shape.of(shape).numel();
    Tensor counters = Tensor.arange(count, io.diptych.tensor.Device.CPU);
    return Keyed.of(7).fold(name).normal(counters).to(DType.FLOAT32).reshape(shape);
  }

  private static Map<String, UnaryOperator<Tensor>> networks(Map<String, Tensor> state) {
    Map<String, UnaryOperator<Tensor>> all = new LinkedHashMap<>();
    Tensor conv = weight(state, "stem.0.conv.weight", 8, 2, 3, 3);
    Tensor offset = weight(state, "stem.0.conv.bias", 8);
    Tensor four = weight(state, "four", 4);
    Tensor positive = weight(state, "positive", 4).square().add(0.5);
    state.put("positive", positive);
    Tensor rows = weight(state, "rows", 7);
    Tensor square = weight(state, "square", 5, 7);
    Tensor five = weight(state, "five", 5);
    Tensor image = weight(state, "image", 1, 2, 4, 3);
    Tensor token = weight(state, "token", 1, 1, 7);
    all.put("add and relu", x -> x.add(rows).relu());
    all.put("relu in place", x -> x.mul(2).relu_());
    all.put("numbers", x -> x.add(0.5).sub(0.25).mul(3).div(7).rsub(1));
    all.put("tensors", x -> x.sub(rows).mul(rows).div(rows.mul(rows).add(1)));
    all.put("functions", x -> x.tanh().exp().sqrt().sigmoid());
    all.put("gelu", Functional::gelu);
    all.put("softmax", x -> x.softmax(1).add(x.softmax(-1)));
    all.put("convolution", x -> Functional.conv2d(x, conv, offset, 2, 1, 2));
    all.put("convolution without bias", x -> Functional.conv2d(x, conv, null, 1, 0, 2));
    all.put(
        "batch norm", x -> Functional.batchNorm(x, four, four, four, positive, false, 0.1, 1e-3));
    all.put(
        "batch norm without scale",
        x -> Functional.batchNorm(x, null, null, four, positive, false, 0.1, 1e-5));
    all.put("layer norm", x -> Functional.layerNorm(x, rows, rows, 1e-6));
    all.put("layer norm without scale", x -> Functional.layerNorm(x, null, null, 1e-6));
    all.put("linear", x -> Functional.linear(x.mean(1, 2), square, five));
    all.put(
        "linear of tokens", x -> Functional.linear(x.flatten(2).reshape(-1, 24, 7), square, five));
    all.put("linear without bias", x -> Functional.linear(x, square, null));
    all.put("linear of rows without bias", x -> Functional.linear(x.mean(1, 2), square, null));
    all.put(
        "matmul",
        x -> x.matmul(square.t()).matmul(x.transpose(2, 3).transpose(-1, 2).narrow(2, 1, 5)));
    all.put("means", x -> x.meanKeep(1).add(x.mean(2, 3).unsqueeze(-1).unsqueeze(-1)));
    all.put("max pool", x -> Functional.maxPool2d(x, 3, 2, 1));
    all.put("average pool", x -> Functional.avgPool2d(x, 3, 2, 1));
    all.put("adaptive pool", x -> Functional.adaptiveAvgPool2d(x, 1));
    all.put("adaptive pool of uneven cells", x -> Functional.adaptiveAvgPool2d(x, 4));
    all.put("adaptive pool to more cells", x -> Functional.adaptiveAvgPool2d(x, 9));
    all.put("reshapes", x -> x.reshape(x.size(0) * 2, 2, 42).reshape(-1, 4, 42).permute(0, 2, 1));
    all.put(
        "tokens",
        x -> {
          Tensor tokens = x.flatten(1).reshape(x.size(0), 24, 7);
          Tensor first = token.expand(x.size(0), -1, -1);
          return Tensor.cat(List.of(first, tokens), 1)
              .select(1, 0)
              .add(x.narrow(1, 1, 2).select(1, -1).select(1, 2));
        });
    all.put(
        "stretched rows",
        x -> token.expand(3 * x.size(0), 2, 7).reshape(-1, 6, 7).add(x.select(1, 1)));
    all.put("flatten and unflatten", x -> x.flatten(0, 1).unflatten(0, -1, 4).flatten(1, 2).relu());
    all.put("pad", x -> x.pad(0.5, 1, 2, 0, 3));
    all.put(
        "border of zeros, max pool",
        x -> Functional.maxPool2d(x.exp().mul(-1).pad(0, 1, 1, 1, 1), 3, 2, 0));
    all.put("silu in place", x -> Functional.silu_(x.mul(3)));
    all.put("attention", x -> Functional.attention(x, x.narrow(2, 0, 4), x.narrow(2, 1, 4).mul(2)));
    all.put(
        "interpolated weights",
        x -> x.add(Functional.bicubic(image, 6, 7, 1.5, 7 / 3.0).narrow(1, 0, 1)));
    all.put("squeeze", x -> x.narrow(1, 2, 1).squeeze(1).squeeze(1));
    all.put("bytes", x -> x.mul(40).to(DType.INT32).to(DType.FLOAT32).mul(0.5));
    all.put("layouts", x -> x.channelsLast().contiguous().detach().copy().add(1));
    all.put("constants", x -> x.mul(Tensor.of(new float[] {1, 2, 3, 4}, 4, 1, 1)));
    all.put("weights alone", x -> x.add(rows.mul(2).add(rows)));
    return all;
  }

  private static Tensor weight(Map<String, Tensor> state, String name, long... shape) {
    Tensor tensor = random(name, shape);
    state.put(name, tensor);
    return tensor;
  }

  @TestFactory
  Stream<DynamicTest> computesTheSameInBothFormats() {
    return networks(new LinkedHashMap<>()).keySet().stream()
        .map(name -> DynamicTest.dynamicTest(name, () -> check(name)));
  }

  private void check(String name) throws Exception {
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> state = new LinkedHashMap<>();
      UnaryOperator<Tensor> network = networks(state).get(name);
      Graph graph = Graph.of(state, DType.FLOAT32, IMAGE, x -> List.of(network.apply(x)));
      Path onnx = directory.resolve("network.onnx");
      Path script = directory.resolve("network.pt");
      Onnx.write(onnx, graph, List.of("features"), Map.of("a", "b"));
      try (Script compiled = TorchScript.compile(graph, state, Set.of())) {
        compiled.save(script, Map.of());
      }
      try (OnnxRuntime runtime = new OnnxRuntime(onnx);
          Script loaded = Script.load(script)) {
        for (int images : new int[] {1, 3, 8}) {
          Tensor input = random("images", images, 4, 6, 7);
          Tensor expected = network.apply(input.copy());
          Tensor given = loaded.forward(input).get(0);
          assertThat(given.shape()).isEqualTo(expected.shape());
          assertThat(given.toFloatArray()).containsExactly(expected.toFloatArray());
          Tensor ran = runtime.run(input).get(0);
          assertThat(ran.shape()).isEqualTo(expected.shape());
          assertThat(ran.sub(expected).abs().max().item()).isLessThan(1e-5);
        }
      }
    }
  }
}
