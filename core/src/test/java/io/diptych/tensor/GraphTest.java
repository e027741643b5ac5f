package io.diptych.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Scoped.class)
final class GraphTest {
  private static Graph graph(Map<String, Tensor> state, UnaryOperator<Tensor> network) {
    return Graph.of(state, DType.FLOAT32, Shape.of(3, 4), images -> List.of(network.apply(images)));
  }

  private static void assertFails(UnaryOperator<Tensor> network, String message) {
    assertThatExceptionOfType(TensorException.class)
        .isThrownBy(() -> graph(Map.of(), network))
        .withMessageContaining(message);
  }

  private static List<String> operations(Graph graph) {
    return graph.nodes().stream().map(Graph.Node::operation).toList();
  }

  @Test
  void holdsTheOperationsWithWhatTheyRead() {
    Tensor weight = Tensor.ones(5, 12);
    Graph graph =
        graph(
            Map.of("fc.weight", weight),
            images -> Functional.linear(images.flatten(1), weight, null).relu_().add(2));
    assertThat(operations(graph)).containsExactly("flatten", "linear", "relu", "add");
    Graph.Node linear = graph.nodes().get(1);
    assertThat(linear.input(1).kind()).isEqualTo(Graph.Kind.STATE);
    assertThat(linear.input(1).name()).isEqualTo("fc.weight");
    assertThat(linear.inputs().get(2)).isNull();
    assertThat(graph.nodes().get(2).input(0)).isEqualTo(linear.output());
    assertThat(graph.nodes().get(3).number("number")).isEqualTo(2);
    assertThat(graph.outputs()).containsExactly(graph.nodes().get(3).output());
    assertThat(graph.outputs().get(0).shape())
        .containsExactly(new Graph.Extent(0, 1), new Graph.Extent(5, 0));
  }

  @Test
  void sizesFollowTheNumberOfImages() {
    Tensor token = Tensor.ones(1, 1, 4);
    Graph graph =
        graph(
            Map.of("token", token),
            images -> Tensor.cat(List.of(token.expand(images.size(0), -1, -1), images), 1));
    assertThat(graph.nodes().get(0).output().shape().get(0)).isEqualTo(new Graph.Extent(0, 1));
    assertThat(operations(graph.folded())).containsExactly("expand", "cat");
    assertThat(graph.outputs().get(0).shape())
        .containsExactly(new Graph.Extent(0, 1), new Graph.Extent(4, 0), new Graph.Extent(4, 0));
  }

  @Test
  void leavesOutWhatNoOutputNeeds() {
    Graph graph =
        graph(
            Map.of(),
            images -> {
              Tensor unused = images.mul(3);
              assertThat(unused.rank()).isEqualTo(3);
              return images.add(1);
            });
    assertThat(operations(graph)).containsExactly("add");
  }

  @Test
  void foldsWhatDependsOnWeightsAlone() {
    Tensor weight = Tensor.of(new float[] {1, 2, 3, 4}, 4);
    Graph graph =
        graph(
            Map.of("scale", weight),
            images -> {
              Tensor doubled = weight.mul(2);
              Tensor result = images.mul(doubled);
              // What comes later must not change what was folded.
              doubled.relu_();
              return result;
            });
    assertThat(operations(graph.folded())).containsExactly("mul");
    Graph.Value folded = graph.folded().nodes().get(0).input(1);
    assertThat(graph.folded().stored()).containsExactly(folded);
    assertThat(folded.tensor().toFloatArray()).containsExactly(2, 4, 6, 8);
  }

  @Test
  void keepsConstantsThatAreMadeOnTheWay() {
    Graph graph = graph(Map.of(), images -> images.add(Tensor.of(new float[] {1, 2, 3, 4}, 4)));
    Graph.Value constant = graph.nodes().get(0).input(1);
    assertThat(constant.kind()).isEqualTo(Graph.Kind.CONSTANT);
    assertThat(constant.tensor().toFloatArray()).containsExactly(1, 2, 3, 4);
  }

  @Test
  void anOperationWithoutRecordIsAnErrorWhereItsResultIsUsed() {
    assertFails(
        images -> images.cumsum(1).add(1), "uses the operation 'cumsum' cannot be exported");
    assertFails(images -> images.cumsum(1), "uses the operation 'cumsum' cannot be exported");
    assertFails(images -> images.sort(1).values(), "'of several results' cannot be exported");
    assertFails(images -> images.mul(1).abs_(), "uses the operation 'abs_' cannot be exported");
    assertFails(
        images -> Functional.batchNorm(images, null, null, null, null, true, 0.1, 1e-5),
        "uses the operation 'batchNorm' cannot be exported");
    graph(
        Map.of(),
        images -> {
          assertThat(images.cumsum(1).rank()).isEqualTo(3);
          return images.add(1);
        });
  }

  @Test
  void valuesOfTheImagesCannotBeReadOut() {
    String message = "reads values which depend on the images cannot be exported";
    assertFails(images -> images.add(images.mul(2).mean(0, 1, 2).item()), message);
    assertFails(images -> Tensor.of(images.toFloatArray(), images.shape().sizes()), message);
  }

  @Test
  void theComputationMayNotChangeWithTheNumberOfImages() {
    String message = "computation changes with the number of images";
    assertFails(images -> images.size(0) > 2 ? images.add(1) : images.mul(1), message);
    assertFails(images -> images.mul(images.size(0)), message);
    assertFails(
        images -> images.add(Tensor.full(images.size(0), DType.FLOAT32, Device.CPU)), message);
    assertFails(images -> images.add(Tensor.zeros(images.size(0), 3, 4)), message);
  }

  @Test
  void oneTraceAtATime() {
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> graph(Map.of(), a -> graph(Map.of(), b -> b).input().tensor()))
        .withMessageContaining("traced on this thread already");
    // The failed one is over.
    assertThat(operations(graph(Map.of(), images -> images.add(1)))).containsExactly("add");
  }
}
