package io.diptych.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Scoped.class)
final class ForeachTest {
  private final Keyed keyed = Keyed.of(11);

  @Test
  void everyUpdateDoesWhatALoopOverTheTensorsDoes() {
    List<Tensor> tensors = random("a");
    List<Tensor> others = random("b");
    List<double[]> expected = new ArrayList<>();
    for (int i = 0; i < tensors.size(); i++) {
      double[] a = tensors.get(i).toDoubleArray();
      double[] b = others.get(i).toDoubleArray();
      for (int j = 0; j < a.length; j++) {
        a[j] = a[j] * 0.5 + 3 * b[j];
        a[j] += 0.25 * (b[j] - a[j]);
      }
      expected.add(a);
    }
    Foreach.mul_(tensors, 0.5);
    Foreach.add_(tensors, others, 3);
    Foreach.lerp_(tensors, others, 0.25);
    for (int i = 0; i < tensors.size(); i++) {
      assertThat(tensors.get(i).toDoubleArray())
          .usingElementComparator((x, y) -> Math.abs(x - y) < 1e-12 ? 0 : 1)
          .containsExactly(expected.get(i));
    }
  }

  @Test
  void productsQuotientsRootsAndNormsAreTakenTensorByTensor() {
    List<Tensor> tensors = random("a");
    List<Tensor> others = random("b").stream().map(Tensor::exp).toList();
    List<double[]> expected = new ArrayList<>();
    double[] norms = new double[tensors.size()];
    for (int i = 0; i < tensors.size(); i++) {
      double[] a = tensors.get(i).toDoubleArray();
      double[] b = others.get(i).toDoubleArray();
      for (int j = 0; j < a.length; j++) {
        a[j] = (a[j] + 2 + 3 * b[j] * b[j]) * (i + 1);
        a[j] += 0.5 * b[j] / Math.sqrt(b[j]);
        norms[i] += a[j] * a[j];
      }
      norms[i] = Math.sqrt(norms[i]);
      expected.add(a);
    }
    double[] factors = new double[tensors.size()];
    Arrays.setAll(factors, i -> i + 1);
    Foreach.add_(tensors, 2);
    Foreach.addProduct_(tensors, others, others, 3);
    Foreach.mul_(tensors, Tensor.of(factors, factors.length));
    Foreach.addQuotient_(tensors, others, Foreach.sqrt(others), 0.5);
    for (int i = 0; i < tensors.size(); i++) {
      assertThat(tensors.get(i).toDoubleArray())
          .usingElementComparator((x, y) -> Math.abs(x - y) < 1e-11 ? 0 : 1)
          .containsExactly(expected.get(i));
    }
    assertThat(Foreach.norms(tensors).toDoubleArray())
        .usingElementComparator((x, y) -> Math.abs(x - y) < 1e-11 ? 0 : 1)
        .containsExactly(norms);
  }

  @Test
  void noTensorsAreNoWork() {
    assertThat(Foreach.sqrt(List.of())).isEmpty();
    Foreach.mul_(List.of(), 2);
    Foreach.add_(List.of(), List.of(), 2);
  }

  @Test
  void listsOfDifferentLengthsAreRefused() {
    List<Tensor> two = List.of(Tensor.zeros(1), Tensor.zeros(1));
    List<Tensor> one = List.of(Tensor.ones(1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Foreach.add_(two, one, 1))
        .withMessage("aten::_foreach_add_ needs lists of one length, got 2 and 1");
    assertThat(two.get(0).item()).isZero();
  }

  @Test
  void differentShapesFailInOneLine() {
    assertThatThrownBy(() -> Foreach.add_(List.of(Tensor.zeros(2)), List.of(Tensor.zeros(3)), 1))
        .isInstanceOf(TensorException.class)
        .hasMessageStartingWith("aten::_foreach_add_: ")
        .message()
        .doesNotContain("\n");
  }

  private List<Tensor> random(String name) {
    List<Tensor> tensors = new ArrayList<>();
    for (long[] shape : new long[][] {{3}, {2, 4}, {}, {2, 1, 3}}) {
      Tensor counters = Tensor.arange(Shape.of(shape).numel(), Device.CPU);
      tensors.add(keyed.fold(name).fold(tensors.size()).normal(counters).reshape(shape));
    }
    return tensors;
  }
}
